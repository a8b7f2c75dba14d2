//! What happens to free pages when a root phase ends.
#![forbid(unsafe_code)]

use super::watcher;
use crate::os;
use crate::small::SMALL;
use crate::spans::{RAM, WITNESS};
use crate::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};

/// What to do with free pages when a root phase ends.
///
/// Pages kept backed make the next proof fast; pages given back make the process small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// Keep them while proofs follow each other; give them back once the process has been idle for
    /// two seconds. The default.
    #[default]
    UntilIdle,
    /// Keep them.
    Retain,
    /// Keep as many as recent phases needed (a moving average of their high-water marks), give the
    /// rest back.
    Trim,
    /// Keep at most this many bytes of free pages.
    Budget(usize),
}

static KIND: AtomicU8 = AtomicU8::new(0);
static BUDGET: AtomicUsize = AtomicUsize::new(0);

/// Sets what happens to free pages from the next end of a root phase on.
///
/// ```
/// zkarena::set_retention(zkarena::Retention::Budget(256 << 20));
/// assert_eq!(zkarena::retention(), zkarena::Retention::Budget(256 << 20));
/// ```
pub fn set_retention(retention: Retention) {
    let kind = match retention {
        Retention::UntilIdle => 0,
        Retention::Retain => 1,
        Retention::Trim => 2,
        Retention::Budget(bytes) => {
            BUDGET.store(bytes, Ordering::Relaxed);
            3
        }
    };
    KIND.store(kind, Ordering::Release);
}

/// The retention in force.
pub fn retention() -> Retention {
    match KIND.load(Ordering::Acquire) {
        0 => Retention::UntilIdle,
        1 => Retention::Retain,
        2 => Retention::Trim,
        _ => Retention::Budget(BUDGET.load(Ordering::Relaxed)),
    }
}

/// Gives all free pages back to the kernel now; returns the bytes that the span heap gave back.
///
/// On glibc its allocator, which serves the small blocks, is asked to do the same.
///
/// Safe at any time, also inside a phase: only free pages are affected. The next use of such a
/// page costs a page fault again.
///
/// ```
/// drop(vec![1u8; 16 << 20]);
/// let bytes = zkarena::trim();
/// println!("{bytes} bytes went back"); // 0 unless `PhaseAlloc` is installed
/// ```
pub fn trim() -> usize {
    let bytes = trim_to(0);
    if bytes > 0 {
        os::trim_libc();
    }
    bytes
}

/// Gives free pages of both heaps back until at most `keep` bytes of them stay backed.
fn trim_to(keep: usize) -> usize {
    let bytes = RAM.trim(keep);
    SMALL.trim();
    let kept = usize::try_from(RAM.stats().retained_bytes).unwrap_or(usize::MAX);
    bytes + WITNESS.trim(keep.saturating_sub(kept))
}

/// A root phase has ended.
pub(super) fn root_ended(high_water: u64, started_ns: u64, ended_ns: u64) {
    let usual = usual_high_water(high_water);
    match retention() {
        Retention::Retain | Retention::UntilIdle => watcher::proof_ended(started_ns, ended_ns),
        Retention::Trim => {
            let in_use = RAM.stats().in_use_bytes + WITNESS.stats().in_use_bytes;
            // An eighth more than requested: phases are charged bytes, the heap needs whole pages.
            let needed = (usual + usual / 8).saturating_sub(in_use);
            trim_to(usize::try_from(needed).unwrap_or(usize::MAX));
        }
        Retention::Budget(bytes) => {
            trim_to(bytes);
        }
    }
}

/// The moving average of high-water marks: follows a rise at once, a fall by an eighth per phase.
fn usual_high_water(now: u64) -> u64 {
    static USUAL: AtomicU64 = AtomicU64::new(0);
    let before = USUAL.load(Ordering::Relaxed);
    let usual = now.max(before - before / 8 + now / 8);
    USUAL.store(usual, Ordering::Relaxed);
    usual
}
