//! A lock for use inside the allocator: const, never allocates, never poisons, can be held across a fork.

use crate::sync::atomic::{AtomicU32, Ordering};
use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};

const FREE: u32 = 0;
const HELD: u32 = 1;
/// Held, and somebody may sleep: the holder must wake one on release.
const CONTENDED: u32 = 2;

/// How often to look before sleeping: sections are some tens of nanoseconds.
/// (None under loom: each look multiplies the interleavings.)
const SPINS: u32 = if cfg!(loom) { 0 } else { 100 };

/// Mutual exclusion without data.
#[derive(Debug)]
pub(crate) struct RawLock {
    state: AtomicU32,
}

impl RawLock {
    #[cfg(not(loom))]
    pub(crate) const fn new() -> Self {
        Self {
            state: AtomicU32::new(FREE),
        }
    }

    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self {
            state: AtomicU32::new(FREE),
        }
    }

    #[inline]
    pub(crate) fn lock(&self) {
        if !self.try_take() {
            self.lock_slow();
        }
    }

    fn try_take(&self) -> bool {
        self.state
            .compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    #[cold]
    #[inline(never)]
    fn lock_slow(&self) {
        for _ in 0..SPINS {
            if self.state.load(Ordering::Relaxed) == FREE && self.try_take() {
                return;
            }
            std::hint::spin_loop();
        }
        while self.state.swap(CONTENDED, Ordering::Acquire) != FREE {
            sleep(&self.state);
        }
    }

    /// Releases the lock; the caller holds it.
    #[inline]
    pub(crate) fn unlock(&self) {
        if self.state.swap(FREE, Ordering::Release) == CONTENDED {
            wake(&self.state);
        }
    }
}

fn sleep(state: &AtomicU32) {
    crate::os::wait(state, CONTENDED);
}

#[cold]
fn wake(state: &AtomicU32) {
    crate::os::wake_one(state);
}

/// A value behind a [`RawLock`].
///
/// # Invariants
/// 1. `value` is borrowed only through a [`Held`], and at most one exists.
#[derive(Debug)]
pub(crate) struct Lock<T> {
    raw: RawLock,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached by one thread at a time (invariant 1), which needs `T: Send` only.
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    #[cfg(not(loom))]
    pub(crate) const fn new(value: T) -> Self {
        Self {
            raw: RawLock::new(),
            value: UnsafeCell::new(value),
        }
    }

    #[cfg(loom)]
    pub(crate) fn new(value: T) -> Self {
        Self {
            raw: RawLock::new(),
            value: UnsafeCell::new(value),
        }
    }

    /// Waits for the value.
    #[inline]
    pub(crate) fn lock(&self) -> Held<'_, T> {
        self.raw.lock();
        Held { lock: self }
    }

    /// The bare lock, for fork handlers that take and release it in different functions.
    pub(crate) fn raw(&self) -> &RawLock {
        &self.raw
    }
}

/// The right to use the value, until dropped.
#[derive(Debug)]
pub(crate) struct Held<'l, T> {
    lock: &'l Lock<T>,
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this `Held` is the only one (invariant 1), and it is borrowed.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for Held<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this `Held` is the only one (invariant 1), and it is borrowed mutably.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for Held<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.raw.unlock();
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn excludes_and_wakes() {
        let sum = Lock::new(0u64);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..20_000).for_each(|_| *sum.lock() += 1));
            }
        });
        assert_eq!(*sum.lock(), 160_000);
    }
}
