//! Proving within a budget of memory: the trace and what it is extended to are in a file.

use std::path::PathBuf;

use p3_uni_stark::ProvingError;
use serde::Serialize;
use zkarena::{Bytes, Store, StorePlan, StoreStats};
use zkarena_pcs::{StreamError, StreamProver};
use zkarena_statements::{Proof, Statement, VerifyError};

use crate::failure::Failure;

/// How much memory there may be, and what is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Of the whole process.
    pub(crate) memory: Bytes,
    /// Whether the trace is in the file as it is.
    pub(crate) plain: bool,
}

/// A streaming prover and its store.
#[derive(Debug)]
pub(crate) struct Streamed {
    prover: StreamProver,
    store: Store,
    budget: Budget,
}

impl Streamed {
    /// A prover with cold caches, and a store where it is usual.
    ///
    /// # Errors
    /// [`Failure::Budget`] if the statement takes more memory than that, [`Failure::Store`].
    pub(crate) fn new(statement: Statement, budget: Budget) -> Result<Self, Failure> {
        let prover = StreamProver::new(statement);
        let floor = prover.floor();
        if budget.memory < floor {
            return Err(Failure::Budget { statement, floor });
        }
        let plan = StorePlan::new();
        let plan = if budget.plain { plan } else { plan.encrypt() };
        Ok(Self {
            prover,
            store: plan.open()?,
            budget,
        })
    }

    /// Generate the trace, some rows at a time, and prove it.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) fn prove(&self) -> Result<Proof, ProvingError<StreamError>> {
        self.prover.prove_within(&self.store, self.budget.memory)
    }

    /// Verify with the published verifier.
    pub(crate) fn verify(&self, proof: &Proof) -> Result<(), VerifyError> {
        self.prover.verify(proof)
    }

    /// What it kept to, and what the store did.
    pub(crate) fn record(&self) -> StreamRecord {
        StreamRecord {
            budget: self.budget,
            directory: self.store.directory().to_owned(),
            stats: self.store.stats(),
        }
    }
}

/// What proving within a budget took, for all proofs together.
#[derive(Debug)]
pub(crate) struct StreamRecord {
    pub(crate) budget: Budget,
    /// Where the file was.
    pub(crate) directory: PathBuf,
    pub(crate) stats: StoreStats,
}

impl StreamRecord {
    /// Its keys in JSON.
    pub(crate) fn object(&self) -> StreamObject {
        StreamObject {
            memory_bytes: self.budget.memory.0,
            encrypted: !self.budget.plain,
            read_bytes: self.stats.read_bytes,
            written_bytes: self.stats.written_bytes,
            disk_peak_bytes: self.stats.disk_peak_bytes,
            stall_seconds: self.stats.stall.as_secs_f64(),
        }
    }
}

/// What `--memory` adds to `--json`.
#[derive(Debug, Serialize)]
pub(crate) struct StreamObject {
    memory_bytes: u64,
    encrypted: bool,
    read_bytes: u64,
    written_bytes: u64,
    disk_peak_bytes: u64,
    /// Threads that waited, added up.
    stall_seconds: f64,
}
