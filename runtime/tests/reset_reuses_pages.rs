//! A warm phase takes no new page: not after a reset, not when it is opened again, not in children.

mod common;

use common::child::by_itself;
use common::memory::minor_faults;
use common::{KIB, MIB};
use std::thread;
use zkarena::{Bytes, Phase, PhaseAlloc, PhaseGuard, Plan, Retention, Site, report, set_retention};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static SITE: Site = Site::new("warm", module_path!(), file!(), line!());
static INNER: Site = Site::new("inside", module_path!(), file!(), line!());

const ROUNDS: u64 = 5000;
/// Faults per thousand rounds that are not the arena's: of the harness, of stacks, of the books.
const FEW: u64 = 60;

/// Small blocks, vectors that grow over several chunks, blocks with pages of their own, in every kind.
fn work(phase: Phase<'_>) {
    for index in 0..200u64 {
        *phase.alloc(index) += 1;
        phase.scratch().alloc([index; 20])[3] = 1;
    }
    let mut growing = phase.vec::<u64>();
    let mut beside = phase.witness().vec::<u64>();
    for index in 0..3000 {
        growing.push(index);
        beside.push(index);
    }
    phase.vec_zeroed::<u8>(300 * KIB)[299 * KIB] = 1;
    phase.witness().vec_zeroed::<u8>(100 * KIB)[99 * KIB] = 1;
    let kept = phase.vec_from(&vec![1u64; 20_000]); // dies with the phase
    std::mem::forget(kept);
}

/// Runs `round` until it is warm, and then demands that it takes nothing more.
fn takes_nothing_more(mut round: impl FnMut()) {
    set_retention(Retention::Retain);
    (0..1100).for_each(|_| drop(PhaseGuard::open(&SITE))); // the books reach their size
    (0..20).for_each(|_| round());
    let in_use = || report().heap().in_use_bytes;
    let held = in_use(); // a report takes pages of its own: before and after the faults are counted
    (0..20).for_each(|_| round()); // and the rounds may get others than before
    let before = minor_faults();
    (0..ROUNDS).for_each(|_| round());
    let faults = minor_faults() - before;
    assert!(faults <= FEW, "{faults} faults in {ROUNDS} warm rounds");
    assert_eq!(in_use(), held, "the heap has grown");
}

#[test]
fn over_a_thousand_resets() {
    if !by_itself() {
        return;
    }
    let mut guard = PhaseGuard::root(&SITE, Plan::new());
    takes_nothing_more(|| {
        work(guard.handle());
        guard.reset();
    });
}

#[test]
fn over_a_thousand_phases() {
    if !by_itself() {
        return;
    }
    takes_nothing_more(|| {
        let guard = PhaseGuard::root(&SITE, Plan::new().reserve(MIB));
        work(guard.handle());
    });
}

#[test]
fn over_a_thousand_children() {
    if !by_itself() {
        return;
    }
    let outer = PhaseGuard::root(&SITE, Plan::new());
    takes_nothing_more(|| {
        let inner = PhaseGuard::child(outer.handle(), &INNER, Plan::new());
        work(inner.handle());
        let innermost = PhaseGuard::child(inner.handle(), &INNER, Plan::new());
        work(innermost.handle());
    });
}

#[test]
fn over_a_thousand_rounds_on_several_threads() {
    if !by_itself() {
        return;
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build();
    let pool = pool.expect("a pool");
    let mut guard = PhaseGuard::root(&SITE, Plan::new());
    // Each worker does the same each time, so that each shard needs the same each time.
    takes_nothing_more(|| {
        let phase = guard.handle();
        pool.broadcast(|_| {
            let small = phase.local();
            (0..100u64).for_each(|n| *small.alloc(n) += 1);
            phase.vec_from(&[7u64; 2000]);
        });
        guard.reset();
    });
}

/// A reset phase holds one chunk per thread, whatever it held before, and hands the same memory out again.
#[test]
fn a_reset_keeps_the_chunk_and_nothing_else() {
    let mut guard = PhaseGuard::root(&SITE, Plan::new());
    let first = std::ptr::from_mut(guard.handle().alloc(1u64)).addr();
    assert_eq!(guard.handle().stats().poly.bytes, Bytes(64 << 10));
    guard.reset();
    let again = std::ptr::from_mut(guard.handle().alloc(1u64)).addr();
    assert_eq!(again, first);
    for _ in 0..3 {
        work(guard.handle());
        thread::scope(|scope| {
            let phase = guard.handle();
            scope.spawn(move || work(phase)).join().expect("no panic");
        });
        guard.reset();
        let stats = guard.handle().stats();
        assert!(stats.poly.bytes.0 <= 2 * MIB as u64, "{stats:?}");
        assert_eq!(
            stats.poly.high_water, stats.poly.bytes,
            "a reset starts over"
        );
        assert_eq!(
            (stats.witness.bytes, stats.scratch.bytes),
            (Bytes(0), Bytes(0))
        );
    }
}
