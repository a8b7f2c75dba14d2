//! What the service did so far: counters for `/metrics`, the latest proofs for `/phases`.
#![forbid(unsafe_code)]

use crate::prove::{Mode, Proved};
use crate::refusal::Refusal;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use zkarena::Bytes;
use zkarena::ops::Pressure;
use zkarena_statements::Statement;

/// How many proofs are kept one by one.
const LATEST: usize = 32;

/// Counters, and the latest proofs.
#[derive(Debug, Default)]
pub(crate) struct Books(Mutex<Entries>);

/// What the books say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entries {
    /// Proofs that were sent, by mode.
    pub(crate) proofs: BTreeMap<&'static str, u64>,
    /// Requests without a proof, by status.
    pub(crate) refusals: BTreeMap<u16, u64>,
    /// Of all proofs that were sent.
    pub(crate) seconds: f64,
    pub(crate) waited_seconds: f64,
    /// Their clients did not wait for them.
    pub(crate) abandoned: u64,
    /// As last looked at.
    pub(crate) pressure: Option<Pressure>,
    /// The oldest first.
    pub(crate) latest: VecDeque<Entry>,
}

/// A proof that was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) statement: Statement,
    pub(crate) mode: Mode,
    pub(crate) waited: Duration,
    pub(crate) seconds: f64,
    pub(crate) peak: Option<Bytes>,
    pub(crate) bytes: usize,
}

impl Books {
    /// A proof is about to be sent.
    pub(crate) fn proved(&self, statement: Statement, proved: &Proved, waited: Duration) {
        let mut entries = self.entries();
        *entries.proofs.entry(proved.mode.name()).or_default() += 1;
        entries.seconds += proved.seconds;
        entries.waited_seconds += waited.as_secs_f64();
        if entries.latest.len() == LATEST {
            entries.latest.pop_front();
        }
        entries.latest.push_back(Entry {
            statement,
            mode: proved.mode,
            waited,
            seconds: proved.seconds,
            peak: proved.peak,
            bytes: proved.bytes.len(),
        });
    }

    /// A request got no proof.
    pub(crate) fn refused(&self, refusal: &Refusal) {
        let status = refusal.status().as_u16();
        *self.entries().refusals.entry(status).or_default() += 1;
    }

    /// How near the limit memory is.
    pub(crate) fn pressure(&self, level: Pressure) {
        self.entries().pressure = Some(level);
    }

    /// A client is gone.
    pub(crate) fn abandoned(&self) {
        self.entries().abandoned += 1;
    }

    /// All of it.
    pub(crate) fn read(&self) -> Entries {
        self.entries().clone()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
