//! What the store tells about itself.
#![forbid(unsafe_code)]

use super::process;
use crate::os;
use crate::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a [`Store`](super::Store) did since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreStats {
    /// Bytes written to the file, in whole pages.
    pub written_bytes: u64,
    /// Bytes read from the file, in whole pages; what mappings read is not known.
    pub read_bytes: u64,
    /// Bytes that were freed before they were written, and never were.
    pub cancelled_bytes: u64,
    /// How long threads waited for buffers, and for bytes that were being read or written; the sum over them.
    pub stall: Duration,
    /// Bytes on the disk, free ones that are kept for later included.
    pub disk_bytes: u64,
    /// The most of them at a time.
    pub disk_peak_bytes: u64,
    /// Bytes of data in memory, in whole pages.
    pub ram_bytes: u64,
    /// The most of them at a time.
    pub ram_peak_bytes: u64,
    /// Whether reads and writes go around the page cache; not so before there is a file.
    pub direct: bool,
}

impl StoreStats {
    /// What was done since `before`: sums are differences, and all else is as it is now.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            written_bytes: self.written_bytes - before.written_bytes,
            read_bytes: self.read_bytes - before.read_bytes,
            cancelled_bytes: self.cancelled_bytes - before.cancelled_bytes,
            stall: self.stall.saturating_sub(before.stall),
            ..*self
        }
    }
}

/// The counters behind [`StoreStats`]; those of the process count along.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) written: Counter,
    pub(super) read: Counter,
    pub(super) cancelled: Counter,
    stall_ns: Counter,
}

impl Figures {
    pub(super) fn new() -> Self {
        Self {
            written: Counter::new(&process::WRITTEN),
            read: Counter::new(&process::READ),
            cancelled: Counter::new(&process::CANCELLED),
            stall_ns: Counter::new(&process::STALL_NS),
        }
    }

    /// Does something that may wait, and counts how long it took.
    pub(super) fn stalled<R>(&self, wait: impl FnOnce() -> R) -> R {
        let start = os::now_ns();
        let result = wait();
        self.stall_ns.add(os::now_ns() - start);
        result
    }

    pub(super) fn stall(&self) -> Duration {
        Duration::from_nanos(self.stall_ns.get())
    }
}

/// A count that only grows, and one of all stores that grows with it.
#[derive(Debug)]
pub(super) struct Counter {
    own: AtomicU64,
    all: &'static AtomicU64,
}

impl Counter {
    fn new(all: &'static AtomicU64) -> Self {
        Self {
            own: AtomicU64::new(0),
            all,
        }
    }

    pub(super) fn add(&self, more: u64) {
        self.own.fetch_add(more, Ordering::Relaxed);
        self.all.fetch_add(more, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.own.load(Ordering::Relaxed)
    }
}
