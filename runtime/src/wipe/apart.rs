//! Work with secrets in a frame of its own, below one that is still there when they have to go.

use super::wipe;
use std::fmt;
use std::mem::{self, MaybeUninit};
use std::ptr::NonNull;

/// A closure that is run once, in a frame of its own; what it captured is wiped where it lay.
///
/// What the closure leaves on the stack lies below the frame that has the `Apart`, where
/// [`wipe_thread`](crate::wipe_thread) clears it.
///
/// # Invariants
/// 1. `body` is initialised while `waits` is set.
pub struct Apart<F> {
    body: MaybeUninit<F>,
    waits: bool,
}

impl<F> Apart<F> {
    /// A closure to run.
    #[expect(
        clippy::inline_always,
        reason = "a call would move the captures once more"
    )]
    #[inline(always)]
    pub const fn new<R>(body: F) -> Self
    where
        F: FnOnce() -> R,
    {
        Self {
            body: MaybeUninit::new(body),
            waits: true,
        }
    }

    /// Runs the closure.
    ///
    /// # Panics
    /// If the closure does, or if it ran before.
    #[expect(clippy::inline_always, reason = "as few frames as possible")]
    #[inline(always)]
    pub fn run<R>(&mut self) -> R
    where
        F: FnOnce() -> R,
    {
        assert!(mem::take(&mut self.waits), "runs once");
        // SAFETY: initialised (invariant 1), and from here on it is no more.
        unsafe { run(&mut self.body) }
    }
}

/// # Safety
/// `body` is initialised, and is not used as such afterwards.
#[inline(never)]
unsafe fn run<R, F: FnOnce() -> R>(body: &mut MaybeUninit<F>) -> R {
    // SAFETY: the caller's promise.
    let body = unsafe { body.assume_init_read() };
    body()
}

impl<F> Drop for Apart<F> {
    fn drop(&mut self) {
        if self.waits {
            // SAFETY: initialised (invariant 1); nobody uses it any more.
            unsafe { self.body.assume_init_drop() };
        }
        // SAFETY: the place is ours, and any bytes will do for a `MaybeUninit`.
        unsafe { wipe(NonNull::from(&mut self.body).cast(), size_of::<F>()) };
    }
}

impl<F> fmt::Debug for Apart<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Apart").finish_non_exhaustive()
    }
}
