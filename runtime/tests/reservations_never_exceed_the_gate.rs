//! Permits never sum to more than the gate has, whoever asks, in whatever order; who waits is served in turn.

use proptest::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use zkarena::ops::{Busy, GatePlan, MemoryGate, NotAdmitted, Permit};

/// Bytes that are in use, counted beside the gate.
#[derive(Default)]
struct Count {
    now: AtomicU64,
    most: AtomicU64,
}

impl Count {
    /// Uses a permit's bytes for a moment.
    fn spend(&self, permit: Permit) {
        let now = self.now.fetch_add(permit.bytes(), Ordering::SeqCst) + permit.bytes();
        self.most.fetch_max(now, Ordering::SeqCst);
        thread::yield_now();
        self.now.fetch_sub(permit.bytes(), Ordering::SeqCst);
        drop(permit);
    }
}

/// Eight threads that ask 2,000 times each; how many permits they got.
fn crowd(gate: &MemoryGate, ask: impl Fn(u64) -> Result<Permit, NotAdmitted> + Sync) -> (u64, u64) {
    let (count, admitted) = (Count::default(), AtomicU64::new(0));
    thread::scope(|scope| {
        for thread in 0..8 {
            let (count, admitted, ask) = (&count, &admitted, &ask);
            scope.spawn(move || {
                for step in 0..2_000u64 {
                    if let Ok(permit) = ask((step * 7 + thread * 131) % 700) {
                        admitted.fetch_add(1, Ordering::SeqCst);
                        count.spend(permit);
                    }
                }
            });
        }
    });
    let stats = gate.stats();
    assert_eq!((stats.reserved, stats.permits, stats.waiting), (0, 0, 0));
    assert_eq!(stats.admitted, admitted.load(Ordering::SeqCst));
    (count.most.load(Ordering::SeqCst), stats.admitted)
}

#[test]
fn threads_that_do_not_wait() {
    let gate = GatePlan::new(1100).headroom(100).open();
    let (most, admitted) = crowd(&gate, |bytes| gate.try_reserve(bytes));
    assert!(most <= 1000 && gate.stats().most_reserved <= 1000, "{most}");
    assert_eq!(admitted + gate.stats().refused, 16_000);
}

#[test]
fn threads_that_wait_all_get_in() {
    let gate = GatePlan::new(1000)
        .bypass(50)
        .max_wait(Duration::MAX)
        .open();
    let (most, admitted) = crowd(&gate, |bytes| gate.reserve(bytes));
    assert!(most <= 1000, "{most}");
    assert_eq!((admitted, gate.stats().refused), (16_000, 0));
}

#[test]
fn threads_under_a_capacity_that_changes() {
    let gate = GatePlan::new(1000).max_wait(Duration::MAX).open();
    let (most, _) = crowd(&gate, |bytes| {
        gate.set_capacity(700 + bytes % 301);
        gate.reserve(bytes)
    });
    assert!(most <= 1000, "{most}");
}

/// A step of one who uses a gate.
#[derive(Clone, Debug)]
enum Step {
    Reserve(u64),
    Drop(usize),
    Shrink(usize, u64),
    Capacity(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..1500u64).prop_map(Step::Reserve),
        3 => any::<usize>().prop_map(Step::Drop),
        2 => (any::<usize>(), 0..1500u64).prop_map(|(at, bytes)| Step::Shrink(at, bytes)),
        1 => (0..2000u64).prop_map(Step::Capacity),
    ]
}

proptest! {
    #[test]
    fn a_gate_is_its_permits(headroom in 0..300u64, steps in prop::collection::vec(step(), 1..200)) {
        let gate = GatePlan::new(1000).headroom(headroom).open();
        let (mut capacity, mut permits) = (1000u64, Vec::<Permit>::new());
        let sum = |permits: &[Permit]| permits.iter().map(Permit::bytes).sum::<u64>();
        for step in steps {
            let (usable, before) = (capacity.saturating_sub(headroom), sum(&permits));
            match step {
                Step::Reserve(bytes) => match gate.try_reserve(bytes) {
                    Ok(permit) => {
                        permits.push(permit);
                        prop_assert!(before + bytes <= usable);
                    }
                    Err(NotAdmitted::Busy(busy)) => {
                        prop_assert!(bytes <= usable && before + bytes > usable);
                        prop_assert_eq!(busy.free, usable.saturating_sub(before));
                    }
                    Err(NotAdmitted::TooLarge { capacity, .. }) => {
                        prop_assert!(capacity == usable && bytes > usable);
                    }
                    Err(other) => prop_assert!(false, "{other}"),
                },
                Step::Drop(at) if !permits.is_empty() => drop(permits.swap_remove(at % permits.len())),
                Step::Shrink(at, bytes) if !permits.is_empty() => {
                    let at = at % permits.len();
                    let expected = permits[at].bytes().min(bytes);
                    permits[at].shrink_to(bytes);
                    prop_assert_eq!(permits[at].bytes(), expected);
                }
                Step::Capacity(bytes) => {
                    capacity = bytes;
                    gate.set_capacity(bytes);
                }
                Step::Drop(_) | Step::Shrink(..) => {}
            }
            prop_assert_eq!(gate.stats().reserved, sum(&permits));
        }
    }
}

fn busy(refused: Result<Permit, NotAdmitted>) -> Busy {
    match refused {
        Err(NotAdmitted::Busy(busy)) => busy,
        other => panic!("not busy: {other:?}"),
    }
}

/// Returns once so many wait.
fn until_waiting(gate: &MemoryGate, waiting: usize) {
    while gate.stats().waiting != waiting {
        thread::yield_now();
    }
}

#[test]
fn who_came_first_is_first() {
    let gate = GatePlan::new(1000).max_wait(Duration::MAX).open();
    let running = gate.try_reserve(1000).expect("an empty gate");
    let (say, said) = mpsc::channel();
    thread::scope(|scope| {
        // The first of them needs all, the others a little: nobody passes it.
        for (number, bytes) in [1000, 101, 102, 103, 104].into_iter().enumerate() {
            let (gate_of, say) = (gate.clone(), say.clone());
            scope.spawn(move || {
                let permit = gate_of.reserve(bytes).expect("a turn");
                say.send(bytes).expect("a listener");
                drop(permit);
            });
            until_waiting(&gate, number + 1);
        }
        drop(running);
    });
    let order: Vec<u64> = said.try_iter().collect();
    // The four fit together, and tell of it as they like.
    assert_eq!((order[0], order.len()), (1000, 5), "{order:?}");
}

/// A gate of 1,000 bytes, at which 10 pass those that wait.
fn that_lets_small_ones_pass() -> MemoryGate {
    let plan = GatePlan::new(1000).bypass(10);
    plan.max_wait(Duration::MAX).open()
}

fn overtake_as_often_as_may_be(gate: &MemoryGate) -> Vec<Permit> {
    let small = |_| gate.try_reserve(10).expect("small");
    (0..16).map(small).collect()
}

#[test]
fn nobody_overtakes_but_the_small() {
    let gate = that_lets_small_ones_pass();
    let running = gate.try_reserve(600).expect("an empty gate");
    thread::scope(|scope| {
        let waiting = scope.spawn(|| gate.reserve(500).map(drop));
        until_waiting(&gate, 1);
        let refused = busy(gate.try_reserve(11));
        assert_eq!(
            (refused.free, refused.position),
            (400, 1),
            "there is room, and it is promised"
        );
        let small = overtake_as_often_as_may_be(&gate);
        busy(gate.try_reserve(10)); // the one that waits was overtaken often enough
        drop(small);
        busy(gate.try_reserve(10));
        drop(running);
        assert_eq!(waiting.join().expect("no panic"), Ok(()));
    });
    assert!(gate.try_reserve(10).is_ok());
}

#[test]
fn who_was_overtaken_behind_another_is_overtaken_no_more_often() {
    let gate = that_lets_small_ones_pass();
    let running = gate.try_reserve(600).expect("an empty gate");
    thread::scope(|scope| {
        let waits = || gate.reserve(500).expect("a turn");
        let first = scope.spawn(waits);
        until_waiting(&gate, 1);
        let second = scope.spawn(waits);
        until_waiting(&gate, 2);
        let small = overtake_as_often_as_may_be(&gate);
        drop(running);
        let first = first.join().expect("no panic");
        assert_eq!(gate.stats().waiting, 1, "500 and 160 of 1000 are taken");
        busy(gate.try_reserve(10)); // the small ones overtook both
        drop(small);
        assert_eq!(second.join().expect("no panic").bytes(), first.bytes());
    });
}

#[test]
fn a_full_queue_and_a_wait_that_ends() {
    let gate = GatePlan::new(1000).queue(0).open();
    let running = gate.try_reserve(1000).expect("an empty gate");
    assert_eq!(busy(gate.reserve(1)).position, 0, "nobody may wait");
    let gate = GatePlan::new(1000).max_wait(Duration::ZERO).open();
    let other = gate.try_reserve(1000).expect("an empty gate");
    busy(gate.reserve(1));
    assert_eq!((gate.stats().waiting, gate.stats().refused), (0, 1));
    drop((running, other));
    assert!(gate.reserve(1).is_ok());
}

#[test]
fn retry_after_is_what_is_ahead() {
    let gate = GatePlan::new(1000)
        .proof_time(Duration::from_secs(10))
        .max_wait(Duration::MAX)
        .open();
    let running = gate.try_reserve(900).expect("an empty gate");
    // 400 bytes are missing of a gate that turns over 1000 in ten seconds.
    assert_eq!(
        busy(gate.try_reserve(500)).retry_after,
        Duration::from_secs(4)
    );
    thread::scope(|scope| {
        scope.spawn(|| gate.reserve(1000).map(drop));
        until_waiting(&gate, 1);
        let later = busy(gate.try_reserve(500));
        assert_eq!(
            (later.retry_after, later.position),
            (Duration::from_secs(14), 1)
        );
        assert_eq!(later.retry_after_seconds(), 14);
        drop(running);
    });
    assert!(
        gate.stats().proof_time.is_some(),
        "from now on it is what was seen"
    );
}

#[test]
fn who_refuses_for_another_reason_says_when_to_come_back() {
    let gate = GatePlan::new(1000)
        .proof_time(Duration::from_secs(10))
        .open();
    let NotAdmitted::Busy(told) = gate.refuse(300) else {
        panic!("it is open");
    };
    // As if the gate were full, which it is not.
    assert_eq!(
        (told.retry_after, told.free),
        (Duration::from_secs(3), 1000)
    );
    assert!(matches!(gate.refuse(1001), NotAdmitted::TooLarge { .. }));
    gate.close();
    assert_eq!(gate.refuse(300), NotAdmitted::Closed);
    assert_eq!(gate.stats().refused, 3);
}

#[test]
fn what_never_fits_is_not_told_to_wait() {
    let gate = GatePlan::new(1000).headroom(100).open();
    let (needed, capacity) = (901, 900);
    let never = Err(NotAdmitted::TooLarge { needed, capacity });
    assert_eq!(gate.try_reserve(needed).map(drop), never);
    assert_eq!(gate.reserve(needed).map(drop), never, "and does not wait");
    assert!(gate.try_reserve(u64::MAX).is_err());
    assert_eq!(NotAdmitted::Closed.retry_after(), None);
}

#[test]
fn a_limit_that_is_lowered_while_one_waits() {
    let gate = GatePlan::new(1000).max_wait(Duration::MAX).open();
    let running = gate.try_reserve(1000).expect("an empty gate");
    thread::scope(|scope| {
        let large = scope.spawn(|| gate.reserve(800).map(drop));
        until_waiting(&gate, 1);
        gate.set_capacity(500);
        let (needed, capacity) = (800, 500);
        let refused = large.join().expect("no panic");
        assert_eq!(refused, Err(NotAdmitted::TooLarge { needed, capacity }));
        assert_eq!(busy(gate.try_reserve(1)).free, 0);
        let small = scope.spawn(|| gate.reserve(500).map(drop));
        until_waiting(&gate, 1);
        drop(running);
        assert_eq!(small.join().expect("no panic"), Ok(()));
    });
}

#[test]
fn a_closed_gate_lets_nobody_in_and_drains() {
    let gate = GatePlan::new(1000).max_wait(Duration::MAX).open();
    let running = gate.try_reserve(1000).expect("an empty gate");
    thread::scope(|scope| {
        let waiting = scope.spawn(|| gate.reserve(1).map(drop));
        until_waiting(&gate, 1);
        gate.close();
        assert_eq!(waiting.join().expect("no panic"), Err(NotAdmitted::Closed));
        assert_eq!(gate.try_reserve(1).map(drop), Err(NotAdmitted::Closed));
        assert!(!gate.wait_until_empty(Duration::ZERO));
        let drained = scope.spawn(|| gate.wait_until_empty(Duration::MAX));
        drop(running);
        assert!(drained.join().expect("no panic"));
    });
}

#[test]
fn a_panic_gives_its_bytes_back() {
    let gate = MemoryGate::new(1000);
    let permit = gate.try_reserve(1000).expect("an empty gate");
    let proof = thread::spawn(move || {
        let _permit = permit;
        panic!("on purpose");
    });
    assert!(proof.join().is_err());
    assert_eq!(gate.stats().reserved, 0);
}
