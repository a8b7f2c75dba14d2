//! The prover that programs hold, and its errors.

use std::fmt;
use std::sync::Arc;

use p3_field::PrimeField32;
use p3_fri::FriProverError;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use p3_uni_stark::ProvingError;

use crate::blake3::Blake3;
use crate::config::Val;
use crate::engine::{Backend, Engine};
use crate::input::SEED;
use crate::keccak::Keccak;
use crate::poseidon2::Poseidon2;
use crate::proof::DecodeError;
use crate::{Kind, Proof, SizeError, Statement};

/// Proves and verifies one [`Statement`], as often as wanted.
///
/// Build it once: it keeps the twiddle factors of its DFT, as a proving service would.
#[derive(Clone)]
pub struct Prover {
    statement: Statement,
    backend: Arc<dyn Backend>,
}

impl Prover {
    /// A prover with cold caches.
    pub fn new(statement: Statement) -> Self {
        let backend: Arc<dyn Backend> = match statement.kind() {
            Kind::Keccak => Arc::new(Engine::<Keccak>::new()),
            Kind::Poseidon2 => Arc::new(Engine::<Poseidon2>::new()),
            Kind::Blake3 => Arc::new(Engine::<Blake3>::new()),
        };
        Self { statement, backend }
    }

    /// A prover for another size that shares this one's configuration and caches.
    ///
    /// # Errors
    /// [`SizeError`] as for [`Statement::new`].
    pub fn resized(&self, log_rows: usize) -> Result<Self, SizeError> {
        Ok(Self {
            statement: Statement::new(self.statement.kind(), log_rows)?,
            backend: Arc::clone(&self.backend),
        })
    }

    /// What it proves.
    pub const fn statement(&self) -> Statement {
        self.statement
    }

    /// The execution trace: the same in every call.
    pub fn generate_trace(&self) -> Trace {
        self.generate_trace_from(SEED)
    }

    /// The execution trace about preimages from another seed than the usual one.
    pub fn generate_trace_from(&self, seed: u64) -> Trace {
        Trace {
            statement: self.statement,
            rows: self.backend.trace(seed, self.statement.log_rows()),
        }
    }

    /// Prove a trace of [`Prover::generate_trace`], which is used up: its buffer becomes the LDE.
    ///
    /// # Errors
    /// [`ProveError::OtherStatement`] for the trace of another prover, [`ProveError::Stark`] if
    /// p3-uni-stark gives up.
    pub fn prove(&self, trace: Trace) -> Result<Proof, ProveError> {
        if trace.statement != self.statement {
            return Err(ProveError::OtherStatement);
        }
        self.backend.prove(trace.rows).map(Proof)
    }

    /// Reads the bytes of a proof, which says nothing about whether it holds.
    ///
    /// # Errors
    /// [`DecodeError`] for bytes that [`Proof::encode`] cannot have written.
    pub fn decode(&self, bytes: &[u8]) -> Result<Proof, DecodeError> {
        self.backend.decode(bytes).map(Proof)
    }

    /// Verify a proof with [`p3_uni_stark::verify`].
    ///
    /// # Errors
    /// [`VerifyError::OtherStatement`] for a proof of another size or over another hash,
    /// [`VerifyError::Rejected`] for one that does not hold.
    pub fn verify(&self, proof: &Proof) -> Result<(), VerifyError> {
        self.backend.verify(&*proof.0, self.statement.log_rows())
    }
}

impl fmt::Debug for Prover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prover")
            .field("statement", &self.statement)
            .finish_non_exhaustive()
    }
}

/// The execution trace of a [`Statement`].
pub struct Trace {
    statement: Statement,
    rows: RowMajorMatrix<Val>,
}

impl Trace {
    /// The cells.
    pub const fn rows(&self) -> &RowMajorMatrix<Val> {
        &self.rows
    }

    /// The first `most` cells, in whole rows, in the two forms that they have in memory: as numbers, and in
    /// Montgomery form.
    pub fn forms(&self, most: usize) -> [Vec<u32>; 2] {
        let width = self.rows.width();
        let cells = &self.rows.values[..(most / width * width).min(self.rows.values.len())];
        let form = |of: fn(&Val) -> u32| cells.iter().map(of).collect();
        [form(Val::as_canonical_u32), form(Val::to_unique_u32)]
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trace")
            .field("statement", &self.statement)
            .finish_non_exhaustive()
    }
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The trace belongs to another statement.
    #[error("the trace is of another statement")]
    OtherStatement,
    /// p3-uni-stark gave up.
    #[error(transparent)]
    Stark(#[from] ProvingError<FriProverError>),
}

/// Why a proof is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The proof is of another size, or over another hash.
    #[error("the proof is of another statement")]
    OtherStatement,
    /// The verifier's reason.
    #[error("the proof does not hold: {0}")]
    Rejected(String),
}
