//! Every promise on several threads.
#![forbid(unsafe_code)]

use super::{Block, Heap, heap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A thread of the test below: allocates, hands over, frees what others allocated.
fn trade(heap: Heap, market: &Mutex<Vec<Block>>, seed: usize) {
    let mut random = seed;
    for _ in 0..8_000 {
        random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        let dice = random >> 33;
        let size = [24, 48, 100, 1024, 3584][dice % 5] - dice / 5 % 8;
        let fill = u8::try_from(dice % 255).expect("a byte") + 1;
        let mut mine = heap.alloc(size, 8, fill).expect("room");
        mine.check();
        let mut stock = market.lock().unwrap_or_else(PoisonError::into_inner);
        stock.push(mine);
        let at = dice / 40 % stock.len();
        let taken = (dice.is_multiple_of(2) || stock.len() > 500).then(|| stock.swap_remove(at));
        let other = (stock.len() > 500).then(|| stock.swap_remove(0));
        drop(stock);
        for block in taken.into_iter().chain(other) {
            heap.free(block); // checks the content
        }
        if dice.is_multiple_of(1000) {
            heap.small.trim();
        }
    }
}

#[test]
fn threads_free_each_others_blocks() {
    let heap = heap!(256);
    let market = Mutex::new(Vec::new());
    for round in 0..3 {
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let market = &market;
                scope.spawn(move || trade(heap, market, 4 * round + thread));
            }
        });
    }
    let rest = market.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(heap.small.stats().blocks, rest.len() as u64);
    heap.free_all(rest);
    heap.assert_all_returned();
}

#[test]
fn what_others_free_serves_the_thread_it_came_from() {
    let heap = heap!(1);
    let blocks: Vec<_> = (0..100)
        .map(|_| heap.alloc(1000, 8, 5).expect("room"))
        .collect();
    let first: Vec<_> = blocks.iter().map(Block::range).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| heap.free_all(blocks.into_iter().skip(1)));
    });
    for _ in 0..31 {
        let block = heap.alloc(1000, 8, 6).expect("room");
        assert!(first.contains(&block.range()), "a new slab");
    }
}

#[test]
fn a_fork_waits_for_everybody() {
    let heap = heap!(1);
    let block = heap.alloc(48, 8, 5).expect("room");
    let freed = AtomicBool::new(false);
    heap.small.before_fork();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            heap.free(block);
            freed.store(true, Ordering::Release);
        });
        std::thread::sleep(Duration::from_millis(50));
        assert!(!freed.load(Ordering::Acquire));
        heap.small.after_fork();
    });
    assert!(freed.load(Ordering::Acquire));
    heap.assert_all_returned();
}
