//! What a store has in memory is within its RAM budget at every moment, and goes back when it is dropped.

mod common;

use common::child::by_itself;
use common::disk::Folder;
use common::random::Random;
use common::{MIB, PAGE, size};
use std::sync::atomic::{AtomicBool, Ordering};
use zkarena::{Bytes, PhaseAlloc, Store, Stored, report};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const BUDGET: usize = MIB;

fn in_heap() -> usize {
    size(report().heap().in_use_bytes + report().witness().heap.in_use_bytes)
}

fn fill(store: &Store, len: usize, byte: u8) -> Stored<u8> {
    let mut writing = store.write(len).expect("room");
    writing.append(&vec![byte; len]).expect("a write");
    writing.freeze().expect("written")
}

/// Bytes of memory that data has.
fn held(data: &[(Stored<u8>, u8)]) -> usize {
    let near = data.iter().filter_map(|(stored, _)| stored.as_slice());
    near.map(|bytes| bytes.len().max(1).next_multiple_of(PAGE))
        .sum()
}

fn check(stored: &Stored<u8>, byte: u8) {
    let mut found = vec![0; stored.len()];
    stored
        .read_into(0..stored.len(), &mut found)
        .expect("a read");
    assert!(found == vec![byte; stored.len()]);
}

/// Keeps some data and drops others; says how often it lay where.
fn work(store: &Store, mut random: Random) -> (usize, usize) {
    let (mut data, mut near, mut far) = (Vec::new(), 0, 0);
    for step in 0..40u8 {
        let stored = fill(store, random.below(MIB / 4), step);
        *(if stored.as_slice().is_some() {
            &mut near
        } else {
            &mut far
        }) += 1;
        data.push((stored, step));
        assert!(held(&data) <= BUDGET);
        if data.len() > 4 {
            let (stored, byte) = data.swap_remove(random.below(data.len()));
            check(&stored, byte);
        }
    }
    for (stored, byte) in data {
        check(&stored, byte);
    }
    (near, far)
}

#[test]
fn with_many_threads() {
    let folder = Folder::new();
    let mut random = Random::of_test("with_many_threads");
    for encrypts in [false, true] {
        let plan = folder.plan().ram(Bytes(BUDGET as u64));
        let plan = if encrypts { plan.encrypt() } else { plan };
        let store = plan.open().expect("a store");
        let over = AtomicBool::new(false);
        let (near, far) = std::thread::scope(|scope| {
            let seen = scope.spawn(|| {
                let mut most = 0;
                while !over.load(Ordering::Relaxed) {
                    most = most.max(store.stats().ram_bytes);
                    std::thread::yield_now();
                }
                most
            });
            let workers: Vec<_> = (0..8)
                .map(|_| {
                    let (store, random) = (&store, random.fork());
                    scope.spawn(move || work(store, random))
                })
                .collect();
            let sum = workers.into_iter().fold((0, 0), |sum, worker| {
                let (near, far) = worker.join().expect("no panic");
                (sum.0 + near, sum.1 + far)
            });
            over.store(true, Ordering::Relaxed);
            assert!(seen.join().expect("no panic") <= BUDGET as u64);
            sum
        });
        assert!(near > 0 && far > 0, "{near} in memory, {far} in the file");
        let stats = store.stats();
        assert!(stats.ram_peak_bytes <= BUDGET as u64, "{stats:?}");
        assert_eq!(stats.ram_bytes, 0);
    }
}

#[test]
fn a_budget_that_is_no_whole_page_is_not_rounded_up() {
    let folder = Folder::new();
    let plan = folder.plan().ram(Bytes(2 * PAGE as u64 - 1));
    let store = plan.open().expect("a store");
    let first = fill(&store, 1, 1);
    let second = fill(&store, 1, 2);
    assert!(first.as_slice().is_some() && second.as_slice().is_none());
}

#[test]
fn lengths_beyond_all_memory_go_on_to_the_file() {
    let folder = Folder::new();
    let plan = folder.plan().ram(Bytes(u64::MAX));
    let store = plan.open().expect("a store");
    for len in [usize::MAX, usize::MAX / 8, 1 << 61] {
        assert!(store.write::<u64>(len).is_err());
        assert!(store.write_tiles::<u8>(len, 1 << 40).is_err());
    }
    assert_eq!(store.stats().ram_bytes, 0);
}

#[test]
fn what_is_dropped_goes_back() {
    if !by_itself() {
        return;
    }
    let folder = Folder::new();
    for encrypts in [false, true] {
        let plan = folder.plan().ram(Bytes(64 << 20));
        let plan = if encrypts { plan.encrypt() } else { plan };
        let store = plan.open().expect("a store");
        let before = in_heap();
        let mut writing = store.write::<u64>(MIB).expect("room");
        assert_eq!(in_heap() - before, 8 * MIB, "announced");
        writing.append(&[7; 1000]).expect("a write");
        let stored = writing.freeze().expect("written");
        assert_eq!(in_heap() - before, 2 * PAGE, "what was not needed is free");
        assert_eq!(size(store.stats().ram_bytes), 2 * PAGE);
        let unfinished = store.write_tiles::<u8>(MIB, 100).expect("room");
        unfinished.write(3, &[1; 100]).expect("a write");
        drop((stored, unfinished));
        assert_eq!(store.stats().ram_bytes, 0);
        assert!(in_heap() <= before, "{} after {before}", in_heap());
        assert_eq!(size(store.stats().ram_peak_bytes), 8 * MIB);
        zkarena::trim();
        assert!(size(report().heap().retained_bytes) < MIB);
    }
}
