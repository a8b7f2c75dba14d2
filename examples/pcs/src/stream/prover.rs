//! The published statements, proved over a store.

use std::fmt;
use std::sync::Arc;

use p3_air::BaseAir;
use p3_commit::ExtensionMmcs;
use p3_uni_stark::{Proof as Stark, ProvingError, StarkConfig, prove};
use zkarena::{Bytes, Store, StoreError, StoreStats};
use zkarena_statements::parts::{
    Blake3, Challenge, Config, Dft, Engine, HashFamily, Keccak, Poseidon2, ProverAir, StarkProof,
    Val, Workload, fri_parameters,
};
use zkarena_statements::{Kind, Proof, Prover, Statement, VerifyError};

use crate::Scheme;
use crate::stream::budget::Size;
use crate::stream::error::StreamError;
use crate::stream::families::{StreamFamily, TreeOf};
use crate::stream::medium::Tiling;
use crate::stream::mmcs::StreamTree;
use crate::stream::pcs::StreamPcs;
use crate::stream::sponge::{digest_bytes, row_state_bytes};
use crate::stream::trace::{StreamTrace, TraceWriting};
use crate::stream::within::{LowMemory, LowMemoryError};

/// Proves one [`Statement`] with [`StreamPcs`]; proofs are those of
/// [`zkarena_statements::Prover`], and verified as such.
#[derive(Clone)]
pub struct StreamProver {
    statement: Statement,
    published: Prover,
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
        Self {
            statement,
            published: Prover::new(statement),
            backend,
        }
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
        let refused = |floor| LowMemoryError::Memory {
            memory: low.memory(),
            floor,
        };
        let resident = resident();
        let free = Bytes(low.memory().0.saturating_sub(resident.0));
        if free.0 >= self.in_memory().0 {
            let trace = self.published.generate_trace();
            return Ok((self.published.prove(trace)?, StoreStats::default()));
        }
        let size = self.backend.size(self.statement.log_rows());
        let choice = size.choose(free, low.is_narrow);
        let choice = choice.map_err(|_| refused(self.floor()))?;
        let plan = low.plan().buffers(Bytes(choice.buffers as u64));
        let store = plan.ram(Bytes(choice.ram as u64)).open()?;
        let proof = self.prove(&store, choice.tiling)?;
        Ok((proof, store.stats()))
    }

    /// What the published prover takes, by and large.
    fn in_memory(&self) -> Bytes {
        let estimate = self.statement.estimated_peak_bytes();
        Bytes(estimate + estimate / 8)
    }

    /// The least memory that [`prove_within`](Self::prove_within) takes in this process.
    pub fn floor(&self) -> Bytes {
        let size = self.backend.size(self.statement.log_rows());
        let least = size.choose(Bytes(0), true).err().unwrap_or_default();
        whole(least.min(self.in_memory()), resident())
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

/// What both are together, in whole mebibytes.
const fn whole(proof: Bytes, rest: Bytes) -> Bytes {
    Bytes((proof.0 + rest.0).next_multiple_of(1 << 20))
}

/// Bytes that are resident of the process; none, where the system does not say.
fn resident() -> Bytes {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split_whitespace().nth(1).map(str::parse::<u64>);
    Bytes(pages.and_then(Result::ok).unwrap_or_default() << 12)
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
    fn size(&self, log_rows: usize) -> Size;
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

    fn size(&self, log_rows: usize) -> Size {
        type Sponge<W> = <TreeOf<<W as Workload>::Hash> as StreamTree<Val>>::Sponge;
        Size {
            log_height: log_rows,
            width: self.published.air().width(),
            log_blowup: self.scheme.fri.log_blowup,
            element: size_of::<Val>(),
            challenge: size_of::<Challenge>(),
            state: row_state_bytes::<Val, Sponge<W>>(),
            digest: digest_bytes::<Val, Sponge<W>>(),
            piece_rows: W::piece_rows(log_rows),
            threads: rayon::current_num_threads(),
        }
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
