//! Seats: which shard of every phase a thread uses.
//!
//! A seat has one thread at a time. A thread takes one when it first allocates in a phase, and
//! leaves it when it ends; the next one continues where it left off.
#![forbid(unsafe_code)]

use crate::sync::atomic::{AtomicU64, Ordering};
use std::cell::Cell;
use std::marker::PhantomData;

/// Threads that have a seat at the same time; more than these share one shard behind a lock.
const SEATS: usize = SHARDS - FIRST as usize;

/// The shard that is always empty: of threads that have not asked for a seat, or have none.
pub(super) const NOWHERE: u8 = 0;
/// The shard that threads without a seat share, behind a lock.
pub(super) const SHARED: u8 = 1;
/// The shard of the first seat.
const FIRST: u8 = 2;
/// Shards of a phase.
pub(super) const SHARDS: usize = 256;

const WORDS: usize = SEATS.div_ceil(64);

/// Seats taken, a bit each.
static TAKEN: [AtomicU64; WORDS] = [const { AtomicU64::new(0) }; WORDS];

thread_local! {
    // Const and without a destructor: read on the fast path, also while the thread ends.
    static SHARD: Cell<u8> = const { Cell::new(NOWHERE) };
    static LEAVE: Leave = const { Leave };
    /// How many [`Pin`]s the thread has.
    static PINS: Cell<usize> = const { Cell::new(0) };
}

/// Keeps the calling thread on its seat, even beyond its end.
#[derive(Debug)]
pub(in crate::phase) struct Pin(PhantomData<*mut ()>);

impl Pin {
    pub(super) fn new() -> Self {
        PINS.set(PINS.get() + 1);
        Self(PhantomData)
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        PINS.set(PINS.get() - 1);
    }
}

/// The calling thread's shard; [`NOWHERE`] before [`take`] found one.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one load, on the fast path")]
pub(super) fn shard() -> u8 {
    SHARD.get()
}

/// Finds the calling thread a shard: that of a seat, or [`SHARED`] if all are taken or the thread is ending.
#[cold]
pub(super) fn take() -> u8 {
    let seated = SHARD.get();
    if seated != NOWHERE {
        return seated;
    }
    // First the destructor that gives the seat up: a thread that is ending has none, and gets no seat.
    if LEAVE.try_with(|_| ()).is_err() {
        return SHARED;
    }
    match free_seat() {
        Some(seat) => {
            SHARD.set(FIRST + seat);
            FIRST + seat
        }
        None => SHARED,
    }
}

fn free_seat() -> Option<u8> {
    TAKEN.iter().enumerate().find_map(|(at, word)| {
        let mut taken = word.load(Ordering::Relaxed);
        loop {
            let bit = taken.trailing_ones() as usize;
            let seat = at * 64 + bit;
            if bit == 64 || seat >= SEATS {
                return None;
            }
            // Acquire: what the last thread on this seat wrote into its shards is ours to continue.
            match word.compare_exchange_weak(
                taken,
                taken | 1 << bit,
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return u8::try_from(seat).ok(),
                Err(now) => taken = now,
            }
        }
    })
}

/// Leaves the seat when the thread ends.
struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        if PINS.get() > 0 {
            // Destructors that are still to run may use it: where a guard was leaked, a phase is
            // `'static`, and so may be the places in it. The seat is lost then.
            return;
        }
        let shard = SHARD.replace(NOWHERE);
        if shard >= FIRST {
            let seat = usize::from(shard - FIRST);
            // Release: the next thread on this seat sees what we wrote into our shards.
            TAKEN[seat / 64].fetch_and(!(1 << (seat % 64)), Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::sync::Barrier;

    #[test]
    fn seats_of_living_threads_differ_and_are_used_again() {
        const THREADS: usize = 40;
        let all_sit = Barrier::new(THREADS);
        let shards: HashSet<u8> = std::thread::scope(|scope| {
            let sit = || {
                let shard = take();
                all_sit.wait();
                assert_eq!(shard, take());
                shard
            };
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(sit)).collect();
            let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
            joined.map(|shard| shard.expect("no panic")).collect()
        });
        assert_eq!(shards.len(), THREADS);
        assert!(shards.iter().all(|&shard| shard >= FIRST));
        for _ in 0..2 * SEATS {
            let shard = std::thread::spawn(take).join().expect("no panic");
            assert!(shard >= FIRST, "seats of ended threads are free again");
        }
    }
}
