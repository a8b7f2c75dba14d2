//! Blocks allocated here and freed there, on 2 to 16 threads: contents hold, nothing is lost.

mod common;

use common::block::Block;
use common::random::Random;
use common::{KIB, MIB, PAGE, alone};
use std::sync::mpsc::{Receiver, Sender, channel};
use zkarena::{PhaseAlloc, phase, report};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const BLOCKS_IN_ALL: usize = 12_000;

/// A ring: every thread allocates for its neighbour and frees what it is sent.
fn ring(threads: usize) {
    let (senders, mut receivers): (Vec<_>, Vec<_>) = (0..threads).map(|_| channel()).unzip();
    receivers.rotate_left(1);
    let each = BLOCKS_IN_ALL / threads;
    std::thread::scope(|scope| {
        for (at, (to, from)) in senders.into_iter().zip(receivers).enumerate() {
            scope.spawn(move || station(to, from, &mut Random::new(at as u64), each));
        }
    });
}

fn station(to: Sender<Block>, from: Receiver<Block>, random: &mut Random, blocks: usize) {
    for id in 0..blocks as u64 {
        let bytes = if random.one_in(200) {
            random.size(MIB, 3 * MIB)
        } else {
            random.size(2 * KIB, 96 * KIB)
        };
        let block = if random.one_in(4) {
            Block::zeroed(bytes, 8, id)
        } else {
            Block::new(bytes, 8, id)
        };
        let mut block = block.expect("memory");
        block.fill_all();
        to.send(block).expect("a neighbour");
        if let Ok(mut block) = from.try_recv() {
            block.check();
            if random.one_in(4) {
                assert!(block.resize(random.size(PAGE, 128 * KIB)));
            }
        } // dropped here: on another thread than it was allocated on
    }
    drop(to);
    from.into_iter().for_each(drop);
}

#[test]
fn on_two_to_sixteen_threads() {
    let _alone = alone();
    let before = report().heap();
    for threads in [2, 3, 5, 8, 16] {
        ring(threads);
        phase("ring", || ring(threads));
    }
    let after = report().heap();
    assert_eq!(after.refused_bytes, 0);
    assert!(
        after.in_use_bytes <= before.in_use_bytes + 256 * KIB as u64,
        "lost pages: {before:?}, then {after:?}"
    );
}

/// One thread only allocates and the other only frees, which fills the shard of the second.
#[test]
fn one_way() {
    let _alone = alone();
    let before = report().heap();
    let (to, from) = std::sync::mpsc::sync_channel::<Block>(64);
    std::thread::scope(|scope| {
        scope.spawn(move || from.into_iter().for_each(drop));
        for id in 0..20_000 {
            let bytes = PAGE * (1 + usize::try_from(id % 16).expect("small"));
            to.send(Block::new(bytes, 8, id).expect("memory"))
                .expect("the other side");
        }
        drop(to);
    });
    let after = report().heap();
    let slack = MIB as u64;
    assert!(
        after.in_use_bytes <= before.in_use_bytes + slack,
        "lost pages: {before:?}, then {after:?}"
    );
    // 64 blocks of 64 KiB under way, and what the two shards keep.
    let most = before.in_use_bytes + (64 * 64 * KIB + 4 * MIB) as u64;
    assert!(
        after.retained_bytes <= before.retained_bytes + most,
        "pages do not pile up: {after:?}"
    );
}

/// Threads that end with blocks alive: others free them.
#[test]
fn by_those_who_outlive_the_thread() {
    let _alone = alone();
    for round in 0..50 {
        let make = move || {
            (0..40)
                .map(|id| Block::new(PAGE * (1 + id % 20), 8, round).expect("memory"))
                .collect::<Vec<_>>()
        };
        let blocks = std::thread::spawn(make).join().expect("a thread");
        std::thread::spawn(move || drop(blocks))
            .join()
            .expect("a thread"); // checks the patterns
    }
    assert_eq!(report().heap().refused_bytes, 0);
}
