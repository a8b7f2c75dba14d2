//! The published statements, proved over a store.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use p3_air::BaseAir;
use p3_commit::ExtensionMmcs;
use p3_matrix::dense::RowMajorMatrix;
use p3_uni_stark::ProvingError;
use zkarena::plonky3::{
    Again, LowMemory, LowMemoryError, ProverAir, RowSource, Scheme, StreamConfig, StreamError,
    StreamPcs, Tiling, least_memory, least_memory_beside, prove_lowmem, prove_streamed,
};
use zkarena::{Bytes, Store, StoreStats};
use zkarena_statements::parts::{
    Blake3, Challenge, Dft, Engine, HashFamily, Keccak, Poseidon2, StarkProof, Val, Workload,
    fri_parameters,
};
use zkarena_statements::{Kind, Proof, Statement, VerifyError};

use crate::families::{StreamFamily, TreeOf};

/// Proves one [`Statement`] with [`StreamPcs`]; proofs are those of
/// [`zkarena_statements::Prover`], and verified as such.
#[derive(Clone)]
pub struct StreamProver {
    statement: Statement,
    backend: Arc<dyn Backend>,
}

impl StreamProver {
    /// A prover with cold caches.
    pub fn new(statement: Statement) -> Self {
        let backend: Arc<dyn Backend> = match statement.kind() {
            Kind::Keccak => Arc::new(StreamEngine::<Keccak>::new()),
            Kind::Poseidon2 => Arc::new(StreamEngine::<Poseidon2>::new()),
            Kind::Blake3 => Arc::new(StreamEngine::<Blake3>::new()),
        };
        Self { statement, backend }
    }

    /// Generate the trace, some rows at a time, and prove it.
    ///
    /// # Errors
    /// Those of the store, with the phase of the proof in which it failed.
    pub fn prove(&self, store: &Store, tiling: Tiling) -> Result<Proof, ProvingError<StreamError>> {
        let log_rows = self.statement.log_rows();
        self.backend.prove(store, tiling, log_rows)
    }

    /// Generate the trace and prove it in a given memory: with the published prover if that is enough for
    /// it; otherwise what does not fit is in a store. Says what the store did.
    ///
    /// # Errors
    /// [`LowMemoryError::Memory`] if it is less than [`floor`](Self::floor); those of opening a store, and
    /// of [`prove`](Self::prove).
    pub fn prove_within(&self, low: &LowMemory) -> Result<(Proof, StoreStats), LowMemoryError> {
        self.backend.prove_within(low, self.statement.log_rows())
    }

    /// The least memory that [`prove_within`](Self::prove_within) takes in this process.
    pub fn floor(&self) -> Bytes {
        self.backend.floor(self.statement.log_rows())
    }

    /// The same for [`LowMemory::beside`]: whatever this process has.
    pub fn floor_beside(&self) -> Bytes {
        self.backend.floor_beside(self.statement.log_rows())
    }

    /// Verify a proof with [`p3_uni_stark::verify`] under the published configuration.
    ///
    /// # Errors
    /// As [`zkarena_statements::Prover::verify`].
    pub fn verify(&self, proof: &Proof) -> Result<(), VerifyError> {
        self.backend.verify(proof, self.statement.log_rows())
    }
}

impl fmt::Debug for StreamProver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamProver")
            .field("statement", &self.statement)
            .finish_non_exhaustive()
    }
}

/// A prover whose field, hash and constraints are forgotten.
trait Backend: Send + Sync {
    fn prove(
        &self,
        store: &Store,
        tiling: Tiling,
        log_rows: usize,
    ) -> Result<Proof, ProvingError<StreamError>>;
    fn prove_within(
        &self,
        low: &LowMemory,
        log_rows: usize,
    ) -> Result<(Proof, StoreStats), LowMemoryError>;
    fn floor(&self, log_rows: usize) -> Bytes;
    fn floor_beside(&self, log_rows: usize) -> Bytes;
    fn verify(&self, proof: &Proof, log_rows: usize) -> Result<(), VerifyError>;
}

/// The trees of FRI's rounds.
type FriMmcs<H> = ExtensionMmcs<Val, Challenge, <H as HashFamily>::Mmcs>;
/// The configuration of one proof.
type ConfigOf<'s, H> =
    StreamConfig<'s, Val, Challenge, Dft, TreeOf<H>, FriMmcs<H>, <H as HashFamily>::Challenger>;

/// The published prover of a statement, and its commitment scheme in parts.
struct StreamEngine<W: Workload<Hash: StreamFamily>> {
    published: Engine<W>,
    scheme: Scheme<Val, Dft, <W::Hash as HashFamily>::Mmcs, FriMmcs<W::Hash>>,
    tree: TreeOf<W::Hash>,
}

impl<W: Workload<Hash: StreamFamily>> StreamEngine<W> {
    fn new() -> Self {
        let fri = fri_parameters::<W::Hash>();
        Self {
            published: Engine::new(),
            scheme: Scheme::new(Dft::default(), W::Hash::mmcs(), fri),
            tree: W::Hash::tree(),
        }
    }

    fn rows(&self, log_rows: usize) -> Rows<W> {
        Rows {
            width: self.published.air().width(),
            log_height: log_rows,
            workload: PhantomData,
        }
    }
}

/// The trace of a statement.
struct Rows<W> {
    width: usize,
    log_height: usize,
    workload: PhantomData<W>,
}

impl<W: Workload> RowSource<Val> for Rows<W> {
    fn width(&self) -> usize {
        self.width
    }

    fn log_height(&self) -> usize {
        self.log_height
    }

    fn piece_rows(&self) -> usize {
        W::piece_rows(self.log_height)
    }

    fn rows(self, take: &mut dyn FnMut(&[Val])) {
        W::trace_pieces(self.log_height, &mut |piece| take(&piece));
    }

    fn again(&self) -> Option<Again<Val>> {
        let log_height = self.log_height;
        Some(Box::new(move |take| {
            W::trace_pieces(log_height, &mut |piece| take(&piece));
        }))
    }

    /// With room for the extension at the rate of the statements, which is the only one here.
    fn to_matrix(self, _room_bits: usize) -> RowMajorMatrix<Val> {
        W::trace(self.log_height)
    }
}

impl<W: Workload<Hash: StreamFamily>> Backend for StreamEngine<W>
where
    W::Air: for<'s> ProverAir<ConfigOf<'s, W::Hash>>,
{
    fn prove(
        &self,
        store: &Store,
        tiling: Tiling,
        log_rows: usize,
    ) -> Result<Proof, ProvingError<StreamError>> {
        let pcs = StreamPcs::new(&self.scheme, &self.tree, store.clone(), tiling);
        let (air, rows) = (self.published.air(), self.rows(log_rows));
        let proof = prove_streamed(pcs, W::Hash::challenger(), air, rows, &[])?;
        Ok(StarkProof::<W::Hash>(proof).into())
    }

    fn prove_within(
        &self,
        low: &LowMemory,
        log_rows: usize,
    ) -> Result<(Proof, StoreStats), LowMemoryError> {
        let (air, rows) = (self.published.air(), self.rows(log_rows));
        let (scheme, tree, challenger) = (&self.scheme, &self.tree, W::Hash::challenger());
        let (proof, stats) = prove_lowmem(scheme, tree, challenger, air, rows, &[], low)?;
        Ok((StarkProof::<W::Hash>(proof).into(), stats))
    }

    fn floor(&self, log_rows: usize) -> Bytes {
        least_memory(&self.scheme, &self.tree, &self.rows(log_rows))
    }

    fn floor_beside(&self, log_rows: usize) -> Bytes {
        least_memory_beside(&self.scheme, &self.tree, &self.rows(log_rows))
    }

    fn verify(&self, proof: &Proof, log_rows: usize) -> Result<(), VerifyError> {
        self.published.verify(proof, log_rows)
    }
}
