//! The gate in loom's model: in every interleaving permits fit its capacity, nobody who may enter sleeps on,
//! and who leaves the queue passes the turn on. A sleeper that is forgotten is a deadlock, which fails the
//! model. Run by `.ci/loom`.
#![cfg(loom)]

#[path = "../src/ops/gate/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "the model uses what it is about"
)]
mod gate;

/// What refusals print, which the model does not.
mod size {
    use std::fmt;

    pub(crate) struct Bytes(pub(crate) u64);

    impl fmt::Display for Bytes {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }
}

/// As in the crate, but loom's.
mod sync {
    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};
}

use gate::{GatePlan, MemoryGate, NotAdmitted, Permit};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use loom::thread::{self, JoinHandle};
use std::time::Duration;

/// A gate of so many bytes, whose queue is never left for the time: loom has no clock.
fn gate(capacity: u64) -> MemoryGate {
    GatePlan::new(capacity).max_wait(Duration::MAX).open()
}

/// Another thread that waits for so many bytes.
fn wait(gate: &MemoryGate, bytes: u64) -> JoinHandle<Result<Permit, NotAdmitted>> {
    let gate = gate.clone();
    thread::spawn(move || gate.reserve(bytes))
}

/// What the thread got.
fn got<T>(thread: JoinHandle<T>) -> T {
    thread.join().expect("no panic")
}

/// Returns once so many wait.
fn until_waiting(gate: &MemoryGate, waiting: usize) {
    while gate.stats().waiting != waiting {
        thread::yield_now();
    }
}

#[test]
fn permits_fit_and_all_who_wait_get_one() {
    loom::model(|| {
        let (gate, used) = (gate(10), Arc::new(AtomicU64::new(0)));
        let spend = |bytes| {
            let (gate, used) = (gate.clone(), Arc::clone(&used));
            move || {
                let permit = gate.reserve(bytes).expect("a turn");
                let before = used.fetch_add(bytes, Ordering::Relaxed);
                assert!(before + bytes <= 10, "{before} and {bytes} of 10");
                used.fetch_sub(bytes, Ordering::Relaxed);
                drop(permit);
            }
        };
        let others = [thread::spawn(spend(6)), thread::spawn(spend(4))];
        spend(7)();
        others.into_iter().for_each(got);
        assert_eq!((gate.stats().reserved, gate.stats().waiting), (0, 0));
    });
}

#[test]
fn who_came_first_is_first() {
    loom::model(|| {
        let gate = gate(10);
        let running = gate.try_reserve(10).expect("an empty gate");
        let is_in = Arc::new(AtomicBool::new(false));
        let large = {
            let (gate, is_in) = (gate.clone(), Arc::clone(&is_in));
            thread::spawn(move || {
                let permit = gate.reserve(10).expect("a turn");
                is_in.store(true, Ordering::Relaxed);
                drop(permit);
            })
        };
        until_waiting(&gate, 1);
        let small = wait(&gate, 1);
        drop(running);
        assert!(got(small).is_ok_and(|permit| permit.bytes() == 1));
        assert!(is_in.load(Ordering::Relaxed), "one byte went before ten");
        got(large);
    });
}

#[test]
fn who_leaves_the_queue_passes_the_turn_on() {
    loom::model(|| {
        let gate = gate(10);
        let running = gate.try_reserve(2).expect("an empty gate");
        let large = wait(&gate, 9);
        until_waiting(&gate, 1);
        let small = wait(&gate, 5);
        gate.set_capacity(8); // the first never fits now, and the second does
        assert!(matches!(got(large), Err(NotAdmitted::TooLarge { .. })));
        assert!(got(small).is_ok());
        drop(running);
    });
}

#[test]
fn a_permit_that_shrinks_lets_others_in() {
    loom::model(|| {
        let gate = gate(10);
        let mut running = gate.try_reserve(10).expect("an empty gate");
        let waiting = [wait(&gate, 4), wait(&gate, 4)];
        running.shrink_to(2);
        assert!(waiting.map(got).iter().all(Result::is_ok));
    });
}

#[test]
fn a_gate_that_closes_wakes_all_and_drains() {
    loom::model(|| {
        let gate = gate(10);
        let running = gate.try_reserve(10).expect("an empty gate");
        let waiting = wait(&gate, 1);
        let ending = {
            let gate = gate.clone();
            thread::spawn(move || {
                gate.close();
                gate.wait_until_empty(Duration::MAX)
            })
        };
        drop(running);
        let got_in = got(waiting).map(drop); // before the end, or not
        assert!(matches!(got_in, Ok(()) | Err(NotAdmitted::Closed)));
        assert!(got(ending));
    });
}
