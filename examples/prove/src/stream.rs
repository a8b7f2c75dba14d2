//! Proving within a budget of memory: what does not fit of the trace, and of what it is extended to, is in a file.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use zkarena::plonky3::{LowMemory, LowMemoryError};
use zkarena::{Bytes, StoreStats};
use zkarena_pcs::StreamProver;
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

/// A prover within a budget.
#[derive(Debug)]
pub(crate) struct Streamed {
    prover: StreamProver,
    statement: Statement,
    low: LowMemory,
    record: Mutex<StreamRecord>,
}

impl Streamed {
    /// A prover with cold caches.
    ///
    /// # Errors
    /// [`Failure::Budget`] if the statement takes more memory.
    pub(crate) fn new(statement: Statement, budget: Budget) -> Result<Self, Failure> {
        let prover = StreamProver::new(statement);
        let floor = prover.floor();
        if budget.memory < floor {
            return Err(Failure::Budget { statement, floor });
        }
        let record = Mutex::new(StreamRecord::of(budget));
        let low = LowMemory::new(budget.memory);
        let low = if budget.plain { low.plain() } else { low };
        Ok(Self {
            prover,
            statement,
            low,
            record,
        })
    }

    /// Generate the trace, some rows at a time, and prove it.
    ///
    /// # Errors
    /// [`Failure::Budget`], [`Failure::Store`], [`Failure::Streaming`].
    pub(crate) fn prove(&self) -> Result<Proof, Failure> {
        let (proof, stats) = self
            .prover
            .prove_within(&self.low)
            .map_err(|error| match error {
                LowMemoryError::Memory { floor, .. } => Failure::Budget {
                    statement: self.statement,
                    floor,
                },
                error => match error.store() {
                    Some(error) => Failure::Store(error.clone()),
                    None => Failure::Streaming(error),
                },
            })?;
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        *record = record.and(&stats);
        Ok(proof)
    }

    /// Verify with the published verifier.
    pub(crate) fn verify(&self, proof: &Proof) -> Result<(), VerifyError> {
        self.prover.verify(proof)
    }

    /// What all proofs so far took.
    pub(crate) fn record(&self) -> StreamRecord {
        *self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What proving within a budget took, for all proofs together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamRecord {
    pub(crate) budget: Budget,
    pub(crate) written: Bytes,
    pub(crate) read: Bytes,
    pub(crate) disk_peak: Bytes,
    /// Threads that waited, added up.
    pub(crate) stall: Duration,
}

impl StreamRecord {
    /// Nothing was proved.
    fn of(budget: Budget) -> Self {
        Self {
            budget,
            written: Bytes(0),
            read: Bytes(0),
            disk_peak: Bytes(0),
            stall: Duration::ZERO,
        }
    }

    /// With another proof.
    fn and(self, stats: &StoreStats) -> Self {
        Self {
            budget: self.budget,
            written: Bytes(self.written.0 + stats.written_bytes),
            read: Bytes(self.read.0 + stats.read_bytes),
            disk_peak: self.disk_peak.max(Bytes(stats.disk_peak_bytes)),
            stall: self.stall + stats.stall,
        }
    }

    /// Its keys in JSON.
    pub(crate) fn object(&self) -> StreamObject {
        StreamObject {
            memory_bytes: self.budget.memory.0,
            encrypted: !self.budget.plain,
            read_bytes: self.read.0,
            written_bytes: self.written.0,
            disk_peak_bytes: self.disk_peak.0,
            stall_seconds: self.stall.as_secs_f64(),
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
