//! The published statements, proved over the arena of a phase.

use std::fmt;
use std::sync::Arc;

use p3_air::BaseAir;
use p3_commit::ExtensionMmcs;
use p3_uni_stark::{Proof as Stark, StarkConfig, prove};
use zkarena::plonky3::{ArenaPcs, Block, Scheme};
use zkarena::{PVec, Phase};
use zkarena_statements::parts::{
    Blake3, Challenge, Config, Dft, Engine, HashFamily, Keccak, Poseidon2, ProverAir, StarkProof,
    Val, Workload, fri_parameters,
};
use zkarena_statements::{Kind, Proof, ProveError, Statement, VerifyError};

/// Proves one [`Statement`] with [`ArenaPcs`]; proofs are those of
/// [`zkarena_statements::Prover`], and verified as such.
#[derive(Clone)]
pub struct ArenaProver {
    statement: Statement,
    backend: Arc<dyn Backend>,
}

impl ArenaProver {
    /// A prover with cold caches.
    pub fn new(statement: Statement) -> Self {
        let backend: Arc<dyn Backend> = match statement.kind() {
            Kind::Keccak => Arc::new(ArenaEngine::<Keccak>::new()),
            Kind::Poseidon2 => Arc::new(ArenaEngine::<Poseidon2>::new()),
            Kind::Blake3 => Arc::new(ArenaEngine::<Blake3>::new()),
        };
        Self { statement, backend }
    }

    /// What it proves.
    pub const fn statement(&self) -> Statement {
        self.statement
    }

    /// The execution trace, in the arena of `phase`.
    pub fn generate_trace<'ph>(&self, phase: Phase<'ph>) -> ArenaTrace<'ph> {
        ArenaTrace {
            statement: self.statement,
            phase,
            rows: self.backend.trace(phase, self.statement.log_rows()),
        }
    }

    /// Prove a trace of [`ArenaProver::generate_trace`], in the phase it lives in.
    ///
    /// # Errors
    /// As [`zkarena_statements::Prover::prove`].
    pub fn prove(&self, trace: ArenaTrace<'_>) -> Result<Proof, ProveError> {
        if trace.statement != self.statement {
            return Err(ProveError::OtherStatement);
        }
        self.backend.prove(trace.phase, trace.rows)
    }

    /// Verify a proof with [`p3_uni_stark::verify`] under the published configuration.
    ///
    /// # Errors
    /// As [`zkarena_statements::Prover::verify`].
    pub fn verify(&self, proof: &Proof) -> Result<(), VerifyError> {
        self.backend.verify(proof, self.statement.log_rows())
    }
}

impl fmt::Debug for ArenaProver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArenaProver")
            .field("statement", &self.statement)
            .finish_non_exhaustive()
    }
}

/// The execution trace of a [`Statement`], in an arena.
pub struct ArenaTrace<'ph> {
    statement: Statement,
    phase: Phase<'ph>,
    rows: Block<'ph, Val>,
}

impl fmt::Debug for ArenaTrace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArenaTrace")
            .field("statement", &self.statement)
            .finish_non_exhaustive()
    }
}

/// A prover whose field, hash and constraints are forgotten.
trait Backend: Send + Sync {
    fn trace<'ph>(&self, phase: Phase<'ph>, log_rows: usize) -> Block<'ph, Val>;
    fn prove(&self, phase: Phase<'_>, trace: Block<'_, Val>) -> Result<Proof, ProveError>;
    fn verify(&self, proof: &Proof, log_rows: usize) -> Result<(), VerifyError>;
}

/// The trees of FRI's rounds.
type FriMmcs<H> = ExtensionMmcs<Val, Challenge, <H as HashFamily>::Mmcs>;
/// The configuration of one proof.
type ArenaConfig<'ph, H> = StarkConfig<
    ArenaPcs<'ph, Val, Dft, <H as HashFamily>::Mmcs, FriMmcs<H>>,
    Challenge,
    <H as HashFamily>::Challenger,
>;

/// The published prover of a statement, and its commitment scheme in parts.
struct ArenaEngine<W: Workload> {
    published: Engine<W>,
    scheme: Scheme<Val, Dft, <W::Hash as HashFamily>::Mmcs, FriMmcs<W::Hash>>,
}

impl<W: Workload> ArenaEngine<W> {
    fn new() -> Self {
        let fri = fri_parameters::<W::Hash>();
        Self {
            published: Engine::new(),
            scheme: Scheme::new(Dft::default(), W::Hash::mmcs(), fri),
        }
    }
}

impl<W: Workload> Backend for ArenaEngine<W>
where
    W::Air: for<'ph> ProverAir<ArenaConfig<'ph, W::Hash>>,
{
    fn trace<'ph>(&self, phase: Phase<'ph>, log_rows: usize) -> Block<'ph, Val> {
        let width = self.published.air().width();
        let len = width << log_rows;
        let mut rows = phase.vec();
        W::trace_pieces(log_rows, &mut |piece| {
            if piece.len() == len {
                // The whole trace, which a copy would have in memory twice.
                rows = PVec::from(piece);
            } else {
                rows.reserve_exact(len - rows.len());
                rows.extend_from_slice(&piece);
            }
        });
        Block::new(rows, width)
    }

    fn prove(&self, phase: Phase<'_>, trace: Block<'_, Val>) -> Result<Proof, ProveError> {
        let pcs = ArenaPcs::new(&self.scheme, phase);
        let trace = pcs.stage(trace);
        let config = ArenaConfig::<W::Hash>::new(pcs, W::Hash::challenger());
        let proof = prove(&config, self.published.air(), trace, &[])?;
        Ok(published::<W::Hash>(proof).into())
    }

    fn verify(&self, proof: &Proof, log_rows: usize) -> Result<(), VerifyError> {
        self.published.verify(proof, log_rows)
    }
}

/// The proof with the name of the published configuration: every part is of the same type.
fn published<H: HashFamily>(proof: Stark<ArenaConfig<'_, H>>) -> StarkProof<H> {
    let proof: Stark<Config<H>> = Stark {
        commitments: proof.commitments,
        opened_values: proof.opened_values,
        opening_proof: proof.opening_proof,
        degree_bits: proof.degree_bits,
        ood_pow_witness: proof.ood_pow_witness,
    };
    StarkProof(proof)
}
