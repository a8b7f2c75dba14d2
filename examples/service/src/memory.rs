//! How much memory there is, how much is in use, and how much of it proofs may have.
#![forbid(unsafe_code)]

use std::sync::{Mutex, MutexGuard, PoisonError};
use zkarena::Bytes;
use zkarena::ops::MemLimit;

/// Permits and all else stay below this part of the limit, in percent: what the kernel counts besides, and outputs.
const USABLE: u32 = 85;
/// What the service takes besides proofs, as one part of so many of the limit, at most [`MOST_BESIDES`]:
/// code, threads, keys, answers.
const BESIDES: u64 = 16;
const MOST_BESIDES: u64 = 256 << 20;

/// The limit of this process, which may change while it runs.
#[derive(Debug)]
pub(crate) struct Memory {
    told: Option<Bytes>,
    limit: Mutex<MemLimit>,
}

impl Memory {
    /// What the command line says, or else the system.
    pub(crate) fn new(told: Option<Bytes>) -> Self {
        let limit = Mutex::new(detect(told));
        Self { told, limit }
    }

    /// The limit as it was when last looked at.
    pub(crate) fn limit(&self) -> MemLimit {
        self.lock().clone()
    }

    /// Looks whether the limit is another one.
    pub(crate) fn look(&self) -> MemLimit {
        let limit = detect(self.told);
        self.lock().clone_from(&limit);
        limit
    }

    /// Bytes that count against the limit; `None` if the system does not tell.
    pub(crate) fn working_set(&self) -> Option<Bytes> {
        let usage = self.limit().usage()?;
        Some(Bytes(usage.working_set_bytes))
    }

    /// Bytes for proofs.
    pub(crate) fn capacity(&self) -> u64 {
        let limit = self.limit();
        let besides = (limit.bytes / BESIDES).min(MOST_BESIDES);
        limit.percent(USABLE).saturating_sub(besides)
    }

    /// Whether the part in use is below that: what the ratio-check design looks at.
    pub(crate) fn has_room(&self) -> bool {
        let limit = self.limit();
        let usage = limit.usage();
        usage.is_none_or(|usage| usage.working_set_bytes < limit.percent(USABLE))
    }

    fn lock(&self) -> MutexGuard<'_, MemLimit> {
        self.limit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn detect(told: Option<Bytes>) -> MemLimit {
    told.map_or_else(MemLimit::detect, |Bytes(bytes)| MemLimit::explicit(bytes))
}
