//! What happens to free pages when a root phase ends.
#![forbid(unsafe_code)]

use super::slots;
use crate::os;
use crate::spans::RAM;
use crate::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

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
    let bytes = RAM.trim(0);
    if bytes > 0 {
        os::trim_libc();
    }
    bytes
}

/// A root phase has ended.
pub(super) fn root_ended(high_water: u64, wall_ns: u64) {
    PHASE_NS.fetch_add(wall_ns, Ordering::Relaxed);
    ENDINGS.fetch_add(1, Ordering::Relaxed);
    let usual = usual_high_water(high_water);
    match retention() {
        Retention::Retain | Retention::UntilIdle => start_watcher(),
        Retention::Trim => {
            let needed = usual.saturating_sub(RAM.stats().in_use_bytes);
            RAM.trim(usize::try_from(needed).unwrap_or(usize::MAX));
        }
        Retention::Budget(bytes) => {
            RAM.trim(bytes);
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

/// How often the watcher looks, and how many quiet looks in a row mean idle.
const LOOK: Duration = Duration::from_millis(500);
const QUIET_LOOKS: u32 = 4;

/// Less than this is not worth a thread.
const WORTHWHILE: u64 = 8 << 20;

/// Root phases that have ended so far.
static ENDINGS: AtomicU64 = AtomicU64::new(0);
/// Nanoseconds spent in root phases that the watcher has not made use of yet.
static PHASE_NS: AtomicU64 = AtomicU64::new(0);
/// One part in so many of that time may go into gathering warm blocks into huge pages. It saves
/// some parts in a hundred of every later proof, so that what is spent never exceeds by much what
/// a longer run gains.
const GATHER_SHARE: u64 = 20;

static WATCHING: AtomicBool = AtomicBool::new(false);
/// The process the watcher runs in: a forked child has none.
static WATCHED: AtomicU32 = AtomicU32::new(0);

/// Starts the thread that looks after the heap between proofs, unless it runs.
fn start_watcher() {
    let stats = RAM.stats();
    if stats.in_use_bytes + stats.retained_bytes < WORTHWHILE {
        return;
    }
    let process = os::process_id();
    let running =
        WATCHING.swap(true, Ordering::AcqRel) && WATCHED.swap(process, Ordering::AcqRel) == process;
    if running {
        return;
    }
    WATCHED.store(process, Ordering::Release);
    let spawned = std::thread::Builder::new()
        .name("zkarena-idle".to_owned())
        .spawn(watch);
    if spawned.is_err() {
        // No thread to be had: small at rest matters more than the next proof's first microseconds.
        WATCHING.store(false, Ordering::Release);
        trim_if_idle();
    }
}

fn trim_if_idle() {
    if retention() == Retention::UntilIdle && RAM.stats().retained_bytes >= WORTHWHILE {
        trim();
    }
}

/// Gathers warm blocks while proofs follow each other, and trims when the process is idle; ends when
/// there is nothing left to look after.
fn watch() {
    loop {
        watch_until_idle();
        // Cleared before the last look: a phase that ends from here on starts a new watcher.
        WATCHING.store(false, Ordering::Release);
        if !more_to_watch() || WATCHING.swap(true, Ordering::AcqRel) {
            return;
        }
    }
}

fn watch_until_idle() {
    let (mut last, mut quiet) = (u64::MAX, 0);
    while quiet < QUIET_LOOKS {
        std::thread::sleep(LOOK);
        let now = ENDINGS.load(Ordering::Relaxed);
        RAM.gather(PHASE_NS.swap(0, Ordering::Relaxed) / GATHER_SHARE);
        quiet = if now == last && slots::open_phases() == 0 {
            quiet + 1
        } else {
            0
        };
        last = now;
    }
    trim_if_idle();
}

/// Whether memory is in use that may be freed later, with no phase to notice.
fn more_to_watch() -> bool {
    let stats = RAM.stats();
    retention() == Retention::UntilIdle && stats.in_use_bytes + stats.retained_bytes >= WORTHWHILE
}
