//! The thread that looks after the heap between proofs: it gathers warm pages into huge ones in the
//! gaps, and gives pages back when the process is idle. What may go back soon is not gathered first:
//! pages are warm once a second proof has used them.
//!
//! Started at the end of a root phase, where there is something to look after; ends when there is
//! nothing left. A process that opens no phase has none.
#![forbid(unsafe_code)]

use super::current;
use super::retention::{Retention, retention, trim};
use crate::lock::Lock;
use crate::os;
use crate::small::SMALL;
use crate::spans::{PagePolicy, RAM, WITNESS};
use crate::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::thread::Thread;
use std::time::{Duration, Instant};

/// No phase open and none ended for this long: the process is idle.
const IDLE: Duration = Duration::from_secs(2);

/// How often to look without being woken.
const LOOK: Duration = Duration::from_millis(500);

/// A heap below this is not worth a thread.
const WORTHWHILE: usize = 8 << 20;

/// The share of the time spent in root phases that may go into gathering: one part in so many while
/// no phase is open, where it costs nobody, and while one is. It makes every later proof some parts
/// in a hundred faster, so that it cannot cost much more than it gains, however dear huge pages are.
const SHARE_IN_GAPS: u64 = 10;
const SHARE_AT_WORK: u64 = 100;

/// Root phases that have ended, and nanoseconds spent in them.
static ENDED: AtomicU64 = AtomicU64::new(0);
static PHASES_NS: AtomicU64 = AtomicU64::new(0);

/// Nanoseconds spent on gathering.
static GATHERING_NS: AtomicU64 = AtomicU64::new(0);

/// When the watcher was last told of a phase's end, and how often that is worth while.
static TOLD_NS: AtomicU64 = AtomicU64::new(0);
const TELL_NS: u64 = 1_000_000;

static WATCHING: AtomicBool = AtomicBool::new(false);
/// The process the watcher runs in: a forked child has none.
static PROCESS: AtomicU32 = AtomicU32::new(0);
static THREAD: Lock<Option<Thread>> = Lock::new(None);

/// A root phase has ended: wakes the watcher, or starts it where there is something to look after.
///
/// Root phases that follow each other closely are told it together: the watcher looks by itself
/// every now and then, and without one a heap of some size counts as a reason to start one.
#[inline]
pub(super) fn proof_ended(started_ns: u64, ended_ns: u64) {
    // Not `fetch_add`: a phase that gets lost among many changes nothing.
    let ended = ENDED.load(Ordering::Relaxed);
    ENDED.store(ended.wrapping_add(1), Ordering::Relaxed);
    let phases_ns = PHASES_NS.load(Ordering::Relaxed) + (ended_ns - started_ns);
    PHASES_NS.store(phases_ns, Ordering::Relaxed);
    let soon = ended_ns.wrapping_sub(TOLD_NS.load(Ordering::Relaxed)) < TELL_NS;
    if soon && (WATCHING.load(Ordering::Relaxed) || !is_worthwhile()) {
        return;
    }
    TOLD_NS.store(ended_ns, Ordering::Relaxed);
    tell();
}

#[cold]
fn tell() {
    let process = os::process_id();
    if WATCHING.load(Ordering::Acquire) && PROCESS.load(Ordering::Acquire) == process {
        wake();
    } else if is_worthwhile() {
        start(process);
    }
}

fn is_worthwhile() -> bool {
    RAM.touched_bytes() + WITNESS.touched_bytes() >= WORTHWHILE
}

fn wake() {
    let thread = THREAD.lock().clone();
    if let Some(thread) = thread {
        thread.unpark();
    }
}

fn start(process: u32) {
    let running = WATCHING.swap(true, Ordering::AcqRel);
    if PROCESS.swap(process, Ordering::AcqRel) == process && running {
        return;
    }
    let spawned = std::thread::Builder::new()
        .name("zkarena-watcher".to_owned())
        .spawn(watch);
    if let Ok(handle) = spawned {
        *THREAD.lock() = Some(handle.thread().clone());
    } else {
        // No thread to be had: small at rest matters more than the start of the next proof.
        WATCHING.store(false, Ordering::Release);
        trim_if_told();
    }
}

fn trim_if_told() {
    if retention() == Retention::UntilIdle && is_worthwhile() {
        trim();
    }
}

fn watch() {
    loop {
        watch_until_idle();
        trim_if_told();
        // Cleared before the last look: a phase that ends from here on starts a new watcher.
        WATCHING.store(false, Ordering::Release);
        if !more_to_watch() || WATCHING.swap(true, Ordering::AcqRel) {
            return;
        }
    }
}

/// Whether memory is in use that may be freed later, with no phase to notice.
fn more_to_watch() -> bool {
    retention() == Retention::UntilIdle && is_worthwhile()
}

fn watch_until_idle() {
    let (mut ended, mut since) = (ENDED.load(Ordering::Relaxed), Instant::now());
    let mut again = false;
    while since.elapsed() < IDLE {
        if again {
            gather(|| since.elapsed() < IDLE);
        }
        std::thread::park_timeout(LOOK);
        let now = ENDED.load(Ordering::Relaxed);
        again |= now != ended;
        if now != ended || current::any_open() {
            (ended, since) = (now, Instant::now());
        }
    }
}

/// Gathers for as long as the shares allow and `in_time` says so; in a gap, until a phase opens.
fn gather(in_time: impl Fn() -> bool) {
    let gap = !current::any_open();
    let share = if gap { SHARE_IN_GAPS } else { SHARE_AT_WORK };
    let spent_ns = GATHERING_NS.load(Ordering::Relaxed);
    let budget = (PHASES_NS.load(Ordering::Relaxed) / share).saturating_sub(spent_ns);
    let start = os::now_ns();
    let go_on = || os::now_ns() - start < budget && gap != current::any_open() && in_time();
    RAM.gather(go_on);
    // Only what is free of it can be, and its lock is held meanwhile.
    if gap && RAM.page_policy() == PagePolicy::Auto {
        SMALL.trim();
        WITNESS.gather(go_on);
    }
    GATHERING_NS.fetch_add(os::now_ns() - start, Ordering::Relaxed);
}

/// Takes the lock ahead of a fork.
pub(super) fn before_fork() {
    THREAD.raw().lock();
}

/// Releases the lock behind a fork.
pub(super) fn after_fork() {
    THREAD.raw().unlock();
}
