//! The published statements, proved over a store.

use std::fmt;
use std::sync::Arc;

use p3_air::BaseAir;
use p3_commit::ExtensionMmcs;
use p3_uni_stark::{Proof as Stark, ProvingError, StarkConfig, prove};
use zkarena::{Store, StoreError};
use zkarena_statements::parts::{
    Blake3, Challenge, Config, Dft, Engine, HashFamily, Keccak, Poseidon2, ProverAir, StarkProof,
    Val, Workload, fri_parameters,
};
use zkarena_statements::{Kind, Proof, Statement, VerifyError};

use crate::Scheme;
use crate::stream::error::StreamError;
use crate::stream::families::{StreamFamily, TreeOf};
use crate::stream::medium::Tiling;
use crate::stream::pcs::StreamPcs;
use crate::stream::trace::{StreamTrace, TraceWriting};

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
    fn verify(&self, proof: &Proof, log_rows: usize) -> Result<(), VerifyError>;
}

/// The trees of FRI's rounds.
type FriMmcs<H> = ExtensionMmcs<Val, Challenge, <H as HashFamily>::Mmcs>;
/// The configuration of one proof.
type StreamConfig<'s, H> = StarkConfig<
    StreamPcs<'s, Val, Dft, TreeOf<H>, FriMmcs<H>>,
    Challenge,
    <H as HashFamily>::Challenger,
>;

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

    /// The trace, which is never in memory as a whole if it comes in pieces.
    fn trace(
        &self,
        store: &Store,
        tiling: Tiling,
        log_rows: usize,
    ) -> Result<StreamTrace<Val>, StoreError> {
        let width = self.published.air().width();
        let mut writing = TraceWriting::new(store, tiling, log_rows, width);
        let mut done = Ok(());
        W::trace_pieces(log_rows, &mut |piece| {
            if done.is_ok() {
                done = writing.push(&piece);
            }
        });
        done?;
        writing.freeze()
    }
}

impl<W: Workload<Hash: StreamFamily>> Backend for StreamEngine<W>
where
    W::Air: for<'s> ProverAir<StreamConfig<'s, W::Hash>>,
{
    fn prove(
        &self,
        store: &Store,
        tiling: Tiling,
        log_rows: usize,
    ) -> Result<Proof, ProvingError<StreamError>> {
        let pcs = StreamPcs::new(&self.scheme, &self.tree, store.clone(), tiling);
        let trace = self.trace(store, tiling, log_rows);
        let trace = trace.and_then(|trace| pcs.stage(trace));
        let trace = trace.map_err(|error| ProvingError::Pcs {
            phase: "trace generation",
            source: error.into(),
        })?;
        let config = StreamConfig::<W::Hash>::new(pcs, W::Hash::challenger());
        let proof = prove(&config, self.published.air(), trace, &[])?;
        Ok(published::<W::Hash>(proof).into())
    }

    fn verify(&self, proof: &Proof, log_rows: usize) -> Result<(), VerifyError> {
        self.published.verify(proof, log_rows)
    }
}

/// The proof with the name of the published configuration: every part is of the same type.
fn published<H: StreamFamily>(proof: Stark<StreamConfig<'_, H>>) -> StarkProof<H> {
    let proof: Stark<Config<H>> = Stark {
        commitments: proof.commitments,
        opened_values: proof.opened_values,
        opening_proof: proof.opening_proof,
        degree_bits: proof.degree_bits,
        ood_pow_witness: proof.ood_pow_witness,
    };
    StarkProof(proof)
}
