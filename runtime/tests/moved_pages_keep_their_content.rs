//! Pages that lie idle are moved under new blocks, and gathered into huge ones: what they held for a
//! block that lives stays, what they held for one that was freed is never taken for zero.

mod common;

use common::block::Block;
use common::child::{in_child, in_child_with};
use common::memory::{minor_faults, resident};
use common::random::Random;
use common::{MIB, PAGE, size};
use std::time::Duration;
use zkarena::{
    PhaseAlloc, PhaseGuard, Plan, Retention, phase, protection, report, set_retention, site,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

fn stamped(bytes: usize, id: u64) -> Block {
    let mut block = Block::unwritten(bytes, 8, id).expect("memory");
    block.stamp();
    block
}

fn check(block: &Block) {
    block.check_stamps(block.len() / PAGE);
}

/// Warm pages between live blocks, 128 MiB of them, in runs of 4 MiB; returns the live blocks.
fn scattered() -> Vec<Block> {
    let mut blocks: Vec<Block> = (0..64)
        .map(|id| stamped(if id % 2 == 0 { 4 * MIB } else { MIB }, id))
        .collect();
    let mut live = Vec::new();
    while let Some(block) = blocks.pop() {
        if blocks.len() % 2 == 1 {
            live.push(block);
        } else {
            check(&block);
        }
    }
    live
}

#[test]
fn a_large_block_needs_no_new_pages_where_enough_lie_idle() {
    let name = "a_large_block_needs_no_new_pages_where_enough_lie_idle";
    in_child_with(
        name,
        |child| {
            child.env("ZKARENA_PAGES", "small");
        },
        || {
            let live = scattered();
            let (faults, before) = (minor_faults(), resident());
            let large = stamped(100 * MIB, 100);
            let (faults, growth) = (minor_faults() - faults, resident().saturating_sub(before));
            assert!(
                faults <= 100 * MIB as u64 / PAGE as u64 / 4,
                "{faults} faults for a block of 25,600 pages, 32,000 of which lie idle"
            );
            assert!(growth <= 25 * MIB, "{growth} bytes more are resident");
            check(&large);
            live.iter().for_each(check);
            drop(large);
            // The places that pages were taken from read zero, and are known to.
            let zeroed: Vec<Block> = (0..30)
                .map(|id| Block::zeroed(4 * MIB, 8, id).expect("memory"))
                .collect();
            live.iter().for_each(check);
            drop(zeroed);
        },
    );
}

#[test]
fn zeroed_blocks_in_moved_pages_are_zero() {
    in_child("zeroed_blocks_in_moved_pages_are_zero", || {
        let live = scattered();
        for id in 0..4 {
            let mut large = Block::zeroed(90 * MIB, 8, id).expect("memory"); // every byte is checked
            large.stamp();
            check(&large);
            drop(large);
            drop(Block::zeroed(120 * MIB + PAGE, 8, id).expect("memory"));
        }
        live.iter().for_each(check);
    });
}

/// Grown, shrunk and freed by several threads while pages wander and somebody trims.
#[test]
fn on_several_threads() {
    in_child("on_several_threads", || {
        let mut seeds = Random::of_test("on_several_threads");
        std::thread::scope(|scope| {
            for thread in 0..3u64 {
                let mut random = seeds.fork();
                scope.spawn(move || {
                    let mut held: Vec<Block> = Vec::new();
                    for round in 0..250 {
                        step(&mut held, &mut random, thread << 20 | round);
                    }
                    held.iter().for_each(check);
                });
            }
        });
        assert_eq!(report().heap().refused_bytes, 0);
    });
}

fn step(held: &mut Vec<Block>, random: &mut Random, id: u64) {
    let bytes = random.size(MIB / 2, 16 * MIB) / PAGE * PAGE;
    match random.below(8) {
        0..=2 => held.push(phase("stamped", || stamped(bytes, id))),
        3 => drop(Block::zeroed(bytes, 8, id).expect("memory")),
        4 if random.one_in(4) => drop(zkarena::trim()),
        5 if !held.is_empty() => {
            let at = random.below(held.len());
            let kept = held[at].len().min(bytes) / PAGE;
            assert!(held[at].resize_only(bytes));
            held[at].check_stamps(kept);
            held[at].stamp();
        }
        _ if !held.is_empty() => check(&held.swap_remove(random.below(held.len()))),
        _ => {}
    }
    if held.len() > 8 {
        check(&held.swap_remove(0));
    }
}

/// The watcher gathers between phases, at the cost of a share of their time.
#[test]
fn gathered_pages_keep_their_content() {
    in_child("gathered_pages_keep_their_content", || {
        set_retention(Retention::Retain);
        let mut held: Vec<Block> = (0..8).map(|id| stamped(6 * MIB, id)).collect();
        for round in 0..20 {
            phase("work", || {
                let at = usize::try_from(round % 8).expect("small");
                check(&held[at]);
                held[at] = stamped(5 * MIB, round);
                std::thread::sleep(Duration::from_millis(20)); // a proof: its time is what gathering may take a share of
            });
            held.iter().for_each(check);
            drop(Block::zeroed(12 * MIB, 8, round).expect("memory"));
        }
        println!("{:?}", report().heap());
    });
}

/// What the kernel counts against the limit on locked memory.
fn locked() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmLck:"));
    let kib: usize = line
        .and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok())
        .expect("a number of KiB");
    kib << 10
}

/// Of a secret heap, too, whose idle pages read zero: with a page goes what protects it.
#[test]
fn witness_pages_stay_protected_where_they_are_moved() {
    in_child_with(
        "witness_pages_stay_protected_where_they_are_moved",
        |child| {
            child.env("ZKARENA_PAGES", "small");
        },
        || {
            let guard = PhaseGuard::root(site!("prove"), Plan::new().witness());
            for round in 0..3 {
                let live = scattered();
                let (faults, before) = (minor_faults(), resident());
                let large = stamped(100 * MIB, 100);
                let (faults, growth) = (minor_faults() - faults, resident().saturating_sub(before));
                assert!(
                    faults <= 100 * MIB as u64 / PAGE as u64 / 4,
                    "{faults} faults"
                );
                assert!(growth <= 25 * MIB, "{growth} bytes more are resident");
                live.iter().for_each(check);
                check(&large);
                let report = protection();
                assert!(
                    report.holds() || report.locked_bytes == 0,
                    "{round}: {report}"
                );
                assert_eq!(size(report.locked_bytes), locked(), "{round}: {report}");
                drop((live, large));
                let zeroed = Block::zeroed(150 * MIB, 8, 1).expect("memory");
                drop(zeroed);
            }
            drop(guard);
        },
    );
}
