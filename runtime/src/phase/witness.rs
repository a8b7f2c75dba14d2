//! Phases in which everything is a secret: what is allocated comes from the heap of witnesses, and at
//! the end of the outermost one nothing of it is left on any thread.
//!
//! At its end, in this order: the phase's arenas are wiped and freed; threads that took part are
//! cleared, those of rayon's pool by a broadcast, others by themselves as they end; the
//! phase is closed; the caller clears itself.
#![forbid(unsafe_code)]

use super::current;
use super::participants::{self, Others};
use super::slots::{self, NOBODY, Tag};
use crate::error::{AllocError, Cause};
use crate::os;
use crate::spans::WITNESS;
use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use crate::wipe;
use std::hint::black_box;
use std::thread;
use std::time::Duration;

/// Witness phases that are not inside another one.
static OPEN: AtomicU32 = AtomicU32::new(0);

/// Witness phases that ended, and threads that were not cleared in time.
static ENDED: AtomicU64 = AtomicU64::new(0);
static MISSED: AtomicU64 = AtomicU64::new(0);

/// How long the end of a phase waits for threads to be cleared.
const PATIENCE_NS: u64 = 250_000_000;

/// The phase to charge, if what the calling thread allocates now is a secret.
#[inline]
pub(crate) fn secret_tag() -> Option<Tag> {
    if OPEN.load(Ordering::Relaxed) == 0 {
        return None;
    }
    current::current_secret().inspect(|&tag| {
        if tag != NOBODY {
            participants::join(tag);
        }
    })
}

/// Whether what the calling thread frees now may have been written with a secret.
#[inline]
pub(crate) fn is_in_secret() -> bool {
    OPEN.load(Ordering::Relaxed) != 0 && current::current_secret().is_some()
}

/// A witness phase that no other one is around begins.
pub(super) fn outermost_opened(tag: Tag) {
    OPEN.fetch_add(1, Ordering::Relaxed);
    participants::join(tag);
}

/// Fails unless what is allocated from here on comes from the heap of witnesses.
///
/// # Errors
/// [`AllocError`] that says why.
pub(super) fn prove_routing(tag: Tag) -> Result<(), AllocError> {
    if !slots::is_secret(tag) {
        return Err(AllocError::new(1, Cause::TooManyPhases));
    }
    let mut block = Vec::<u8>::new();
    if black_box(&mut block).try_reserve_exact(1).is_err() {
        return Err(WITNESS.refusal(1));
    }
    if WITNESS.contains(block.as_ptr()) {
        Ok(())
    } else {
        Err(AllocError::new(1, Cause::NotRouted))
    }
}

/// A witness phase that no other one is around, open since then, is about to end: has all other
/// threads cleared.
pub(super) fn outermost_ends(tag: Tag, since_ns: u64) {
    let others = Others::of(tag);
    let pool = current::untracked(pool::clear);
    let start = os::now_ns();
    let is_late = || os::now_ns() - start > PATIENCE_NS;
    // The pool first: after that, who is left is looked at more closely.
    while pool.left() > 0 && !is_late() {
        pool::help();
    }
    while others.may_end_soon(since_ns) && !is_late() {
        thread::sleep(Duration::from_micros(100));
    }
    let missed = others.left().max(pool.left());
    MISSED.fetch_add(missed as u64, Ordering::Relaxed);
    ENDED.fetch_add(1, Ordering::Relaxed);
    current::untracked(|| pool.forget());
}

/// It has ended.
pub(super) fn outermost_ended() {
    OPEN.fetch_sub(1, Ordering::Relaxed);
}

/// Figures for the report: phases that ended, and threads that were missed.
pub(super) fn figures() -> (u64, u64) {
    let read = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
    (read(&ENDED), read(&MISSED))
}

/// Behind a fork, in the child, which is in the phases around the calling thread and in no other.
pub(super) fn after_fork_in_child(innermost: Tag) {
    let inside = slots::outermost_secret(innermost).is_some();
    OPEN.store(u32::from(inside), Ordering::Relaxed);
    participants::after_fork_in_child();
}

/// Clears the calling thread when it goes out of scope, unless a phase around it does so later.
#[derive(Debug)]
#[must_use = "it acts when it goes out of scope"]
pub struct ThreadWipe(());

impl ThreadWipe {
    /// To be bound ahead of the phase's guard, and so dropped after it.
    pub const fn at_end() -> Self {
        Self(())
    }
}

impl Drop for ThreadWipe {
    #[inline]
    fn drop(&mut self) {
        if !slots::is_secret(current::own()) {
            wipe_thread();
        }
    }
}

/// Clears what work with secrets leaves behind on a thread: its stack below the caller's frame, and all
/// registers that a function need not preserve, vector registers included.
///
/// A [`#[witness]`](macro@crate::witness) function does this at its end, on its own thread, on rayon's,
/// and on those that end with it. It is for threads that such a function does not reach (those of a
/// pool of the program's own), to be called on each of them when the work is done. A thread that is started
/// later inherits the registers of the one that starts it.
///
/// ```
/// let sum = std::hint::black_box(3) + 4; // with a secret
/// zkarena::wipe_thread();
/// # assert_eq!(sum, 7);
/// // and on the workers of a pool, as in `pool.broadcast(|_| zkarena::wipe_thread())`
/// ```
///
/// Pages of the stack that were never used are not touched.
///
/// # What it does not do
/// Frames in use are spared, and the registers that belong to them: call it from a function that did
/// not handle secrets itself. It works on Linux on x86-64; elsewhere it clears only parts of the stack,
/// or nothing.
#[inline]
pub fn wipe_thread() {
    wipe::wipe_thread();
    participants::leave();
}

/// The threads of rayon's pool: the one that the calling thread belongs to, or else the global one.
#[cfg(feature = "rayon")]
mod pool {
    use super::wipe_thread;
    use crate::os;
    use crate::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
    use std::sync::Arc;
    use std::thread;
    use std::time::Duration;

    /// How many workers are still to clear themselves.
    pub(super) struct Workers(Arc<AtomicUsize>);

    impl Workers {
        pub(super) fn left(&self) -> usize {
            self.0.load(Ordering::Acquire)
        }

        /// Nobody waits for them any more.
        pub(super) fn forget(self) {
            drop(self.0);
        }
    }

    /// Has every worker clear itself, on top of the frames of what it may be waiting in.
    pub(super) fn clear() -> Workers {
        /// The process that the pool is in: a forked child has none of its threads.
        static PROCESS: AtomicU32 = AtomicU32::new(0);
        let own = os::process_id();
        let of = PROCESS.compare_exchange(0, own, Ordering::Relaxed, Ordering::Relaxed);
        if of.is_err_and(|of| of != own) {
            return Workers(Arc::default());
        }
        let left = Arc::new(AtomicUsize::new(rayon::current_num_threads()));
        let workers = Workers(Arc::clone(&left));
        rayon::spawn_broadcast(move |_| {
            wipe_thread();
            left.fetch_sub(1, Ordering::Release);
        });
        workers
    }

    /// Where the calling thread is a worker itself, it does its part; else it waits a little.
    pub(super) fn help() {
        if rayon::yield_now() != Some(rayon::Yield::Executed) {
            thread::sleep(Duration::from_micros(20));
        }
    }
}

#[cfg(not(feature = "rayon"))]
mod pool {
    pub(super) struct Workers;

    impl Workers {
        #[expect(clippy::unused_self, reason = "as with rayon")]
        pub(super) fn left(&self) -> usize {
            0
        }

        #[expect(clippy::unused_self, reason = "as with rayon")]
        pub(super) fn forget(self) {}
    }

    pub(super) fn clear() -> Workers {
        Workers
    }

    pub(super) fn help() {}
}
