//! Page faults of the process, read no more often than a phase is worth.
#![forbid(unsafe_code)]

use crate::os::{self, Faults};
use crate::sync::atomic::{AtomicU64, Ordering};

/// Phases shorter than this have no faults of their own: reading the count takes longer than many a
/// phase. They are counted with the phase around them.
pub(super) const RESOLUTION_NS: u64 = 20_000;

static READ_AT_NS: AtomicU64 = AtomicU64::new(0);
static MINOR: AtomicU64 = AtomicU64::new(0);
static MAJOR: AtomicU64 = AtomicU64::new(0);

/// The count at `now_ns`, or a little before.
#[inline]
pub(super) fn recent(now_ns: u64) -> Faults {
    if now_ns.wrapping_sub(READ_AT_NS.load(Ordering::Acquire)) < RESOLUTION_NS {
        return Faults {
            minor: MINOR.load(Ordering::Relaxed),
            major: MAJOR.load(Ordering::Relaxed),
        };
    }
    now(now_ns)
}

/// The count at `now_ns`.
#[cold]
pub(super) fn now(now_ns: u64) -> Faults {
    let faults = os::faults();
    MINOR.store(faults.minor, Ordering::Relaxed);
    MAJOR.store(faults.major, Ordering::Relaxed);
    READ_AT_NS.store(now_ns, Ordering::Release);
    faults
}
