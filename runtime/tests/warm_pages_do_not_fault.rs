//! A proving loop touches no new page: free pages stay backed and are found again.

mod common;

use common::block::Block;
use common::child::in_child_with;
use common::memory::minor_faults;
use common::random::Random;
use common::{KIB, MIB};
use std::process::Command;
use zkarena::{PhaseAlloc, Retention, phase, set_retention};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const MOST: u64 = 50;
const WARM_UP: usize = 4;
const ROUNDS: usize = 12;

/// The allocations of a small proof: a trace, its extension, trees, buffers that grow, scratch.
fn proof() {
    let mut random = Random::new(7);
    let trace = Block::new(12 * MIB, 8, 1).expect("memory");
    let mut tree = Vec::new();
    for log in 0..8 {
        tree.push(Block::new((8 * MIB) >> log, 64, log).expect("memory"));
    }
    let extended = Block::zeroed(24 * MIB, 8, 2).expect("memory");
    drop(trace);
    let mut queries: Vec<u64> = Vec::new();
    queries.extend(0..MIB as u64);
    let scratch: Vec<Block> = (0..200)
        .map(|id| Block::new(random.size(4 * KIB, 128 * KIB), 8, id).expect("memory"))
        .collect();
    drop(extended);
    drop((scratch, tree, queries));
}

fn loop_without_faults(round: impl Fn()) {
    (0..WARM_UP).for_each(|_| round());
    let before = minor_faults();
    (0..ROUNDS).for_each(|_| round());
    let per_round = (minor_faults() - before) / ROUNDS as u64;
    assert!(per_round <= MOST, "{per_round} faults per warm proof");
}

fn with(pages: &'static str) -> impl FnOnce(&mut Command) {
    move |child: &mut Command| {
        child.env("ZKARENA_PAGES", pages);
    }
}

#[test]
fn retained() {
    in_child_with("retained", with("auto"), || {
        set_retention(Retention::Retain);
        loop_without_faults(|| phase("prove", proof));
    });
}

#[test]
fn retained_in_small_pages() {
    in_child_with("retained_in_small_pages", with("small"), || {
        set_retention(Retention::Retain);
        loop_without_faults(|| phase("prove", proof));
    });
}

#[test]
fn until_idle_which_is_the_default() {
    in_child_with("until_idle_which_is_the_default", with("auto"), || {
        loop_without_faults(|| phase("prove", proof));
    });
}

#[test]
fn trimmed_to_what_is_needed() {
    in_child_with("trimmed_to_what_is_needed", with("small"), || {
        set_retention(Retention::Trim);
        loop_without_faults(|| phase("prove", proof));
    });
}

#[test]
fn without_any_phase() {
    in_child_with("without_any_phase", with("auto"), || {
        loop_without_faults(proof);
    });
}

/// Blocks that come and go on several threads do not wander over the heap.
#[test]
fn on_several_threads() {
    in_child_with("on_several_threads", with("small"), || {
        set_retention(Retention::Retain);
        let threads = |rounds: usize| {
            std::thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(|| (0..rounds).for_each(|_| proof()));
                }
            });
        };
        threads(4 * WARM_UP);
        let before = minor_faults();
        threads(ROUNDS);
        // Three threads of one process; what they hold at once differs from time to time.
        let peak_moves = 40 * MIB as u64 / 4096;
        let faults = minor_faults() - before;
        assert!(
            faults <= 3 * ROUNDS as u64 * MOST + peak_moves,
            "{faults} faults in {ROUNDS} rounds on three threads"
        );
    });
}
