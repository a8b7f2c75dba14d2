//! The lock of the heap in loom's model: in every interleaving one thread at a time is inside, sees
//! what the one before wrote, and no sleeper is forgotten. Run by `.ci/loom`.
#![cfg(loom)]

#[path = "../src/lock.rs"]
#[allow(dead_code, reason = "the model uses what it is about")]
mod lock;

/// As in the crate, but loom's.
mod sync {
    pub(crate) use loom::sync::atomic;
}

/// A model of the kernel's futex: the word is compared and the thread queued in one step.
mod os {
    use loom::sync::atomic::{AtomicU32, Ordering};
    use loom::sync::{Condvar, Mutex};

    loom::lazy_static! {
        static ref QUEUE: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());
    }

    pub(crate) fn wait(state: &AtomicU32, expected: u32) {
        let held = QUEUE.0.lock().expect("no panic");
        if state.load(Ordering::Relaxed) == expected {
            drop(QUEUE.1.wait(held).expect("no panic"));
        }
    }

    pub(crate) fn wake_one(_: &AtomicU32) {
        let held = QUEUE.0.lock().expect("no panic");
        QUEUE.1.notify_one();
        drop(held);
    }
}

use lock::{Lock, RawLock};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// Loom fails the model if two threads are in here at once, or if one does not see the other's write.
fn add_one(cell: &UnsafeCell<u32>) {
    cell.with_mut(|value| {
        // SAFETY: the caller holds the lock, which is what loom checks.
        unsafe { *value += 1 };
    });
}

/// Each thread adds one, `times` times; this one too, and then reads the sum.
fn sums_up(threads: u32, times: u32) {
    loom::model(move || {
        let sum = Arc::new(Lock::new(UnsafeCell::new(0)));
        let work = {
            let sum = Arc::clone(&sum);
            move || (0..times).for_each(|_| add_one(&sum.lock()))
        };
        let others: Vec<_> = (1..threads).map(|_| thread::spawn(work.clone())).collect();
        work();
        others
            .into_iter()
            .for_each(|other| other.join().expect("a thread"));
        let seen = sum.lock().with(|value| {
            // SAFETY: all other threads have ended.
            unsafe { *value }
        });
        assert_eq!(seen, threads * times);
    });
}

#[test]
fn two_threads() {
    sums_up(2, 2);
}

#[test]
fn three_threads() {
    sums_up(3, 1);
}

/// As around a fork: taken and released in different functions, while others come and go.
#[test]
fn taken_and_released_apart() {
    struct Shared(RawLock, UnsafeCell<u32>);
    // SAFETY: the cell is used under the lock only, which is what loom checks.
    unsafe impl Sync for Shared {}
    // SAFETY: as above.
    unsafe impl Send for Shared {}
    loom::model(|| {
        let shared = Arc::new(Shared(RawLock::new(), UnsafeCell::new(0)));
        let other = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                shared.0.lock();
                add_one(&shared.1);
                shared.0.unlock();
            })
        };
        shared.0.lock();
        add_one(&shared.1);
        shared.0.unlock();
        shared.0.lock();
        add_one(&shared.1);
        shared.0.unlock();
        other.join().expect("a thread");
    });
}
