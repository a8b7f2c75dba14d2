//! `realloc` keeps the address where it can, the content always, and crosses the smallest size of
//! the heap in both directions.

mod common;

use common::block::Block;
use common::child::in_child;
use common::random::Random;
use common::{KIB, MIB, PAGE, alone};
use zkarena::{PhaseAlloc, Retention, report};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new().retention(Retention::Retain);

fn block(bytes: usize, id: u64) -> Block {
    Block::new(bytes, 8, id).expect("memory")
}

/// Blocks of a size, each right behind the one before, the last one at the top of the heap. For a
/// process of its own: its heap has no free run of that size.
fn row<const N: usize>(bytes: usize) -> [Block; N] {
    let mut id = 0;
    let row: [Block; N] = std::array::from_fn(|_| {
        id += 1;
        block(bytes, id)
    });
    for pair in row.windows(2) {
        assert_eq!(
            pair[0].address() + bytes,
            pair[1].address(),
            "a row of blocks"
        );
    }
    row
}

#[test]
fn the_last_block_grows_where_it_is() {
    in_child("the_last_block_grows_where_it_is", || {
        let [mut last] = row::<1>(32 * MIB);
        let at = last.address();
        for bytes in [
            32 * MIB + 1,
            32 * MIB + PAGE,
            33 * MIB,
            95 * MIB + 1,
            200 * MIB,
        ] {
            let (before, length) = (report().heap().in_use_bytes, last.len());
            assert!(last.resize(bytes)); // the content is checked inside
            let more = bytes.next_multiple_of(PAGE) - length.next_multiple_of(PAGE);
            let heap = report().heap();
            assert_eq!(heap.in_use_bytes - before, more as u64, "grown to {bytes}");
            assert!(heap.high_water_bytes >= heap.in_use_bytes);
            assert_eq!(
                last.address(),
                at,
                "at the top there is room for {bytes} bytes"
            );
        }
        assert!(last.resize(PAGE + 1) && last.resize(96 * MIB));
        assert_eq!(last.address(), at, "down and up again");
    });
}

#[test]
fn into_a_free_neighbour_and_not_beyond() {
    in_child("into_a_free_neighbour_and_not_beyond", || {
        let [first, mut grows, free, wall, end] = row(2 * MIB);
        let at = grows.address();
        drop(free);
        for bytes in [2 * MIB + 1, 3 * MIB, 4 * MIB] {
            assert!(grows.resize(bytes));
            assert_eq!(
                grows.address(),
                at,
                "the free neighbour has room for {bytes} bytes"
            );
        }
        assert_eq!(
            at + grows.len(),
            wall.address(),
            "all of the neighbour is taken"
        );
        let before = report().heap().in_use_bytes;
        assert!(grows.resize(4 * MIB + 1));
        assert_ne!(grows.address(), at, "there is no more room");
        assert_eq!(
            report().heap().in_use_bytes,
            before + PAGE as u64,
            "the old place is free"
        );
        [first, wall, end].iter().for_each(Block::check);
    });
}

#[test]
fn a_block_that_shrinks_stays_and_frees_its_tail() {
    const FULL: usize = 4 * MIB;
    in_child("a_block_that_shrinks_stays_and_frees_its_tail", || {
        let [mut shrinks, wall] = row(FULL);
        let at = shrinks.address();
        for bytes in [FULL - 1, FULL - PAGE, FULL / 2, MIB + 1, MIB, PAGE, 100, 1] {
            let before = report().heap().in_use_bytes;
            let freed = shrinks.len().next_multiple_of(PAGE) - bytes.next_multiple_of(PAGE);
            assert!(shrinks.resize(bytes));
            assert_eq!(shrinks.address(), at);
            assert_eq!(
                before - report().heap().in_use_bytes,
                freed as u64,
                "shrunk to {bytes}"
            );
        }
        let tail = block(FULL - PAGE, 9);
        assert_eq!(tail.address(), at + PAGE, "the tail is used again");
        assert!(shrinks.resize(PAGE) && shrinks.address() == at);
        wall.check();
    });
}

#[test]
fn across_the_smallest_size_of_the_heap() {
    let _alone = alone();
    for align in [1, 8, 64, PAGE] {
        for (small, large) in [
            (1, PAGE),
            (PAGE - 1, PAGE),
            (PAGE - 1, PAGE + 1),
            (100, 5 * MIB),
            (3 * KIB, 70 * KIB),
        ] {
            let mut block = Block::new(small, align, 3).expect("memory");
            for bytes in [large, small, large, small + 1, large + 1, small] {
                assert!(block.resize(bytes), "from {} to {bytes}", block.len());
            }
        }
    }
}

#[test]
fn over_aligned_blocks_keep_alignment_and_content() {
    let _alone = alone();
    for align in [2 * PAGE, 64 * KIB, 2 * MIB] {
        let mut block = Block::new(PAGE, align, 4).expect("memory");
        for bytes in [3 * MIB, 100, 64 * KIB, 9 * MIB, PAGE] {
            assert!(block.resize(bytes)); // the alignment is checked inside
        }
    }
}

#[test]
fn a_walk_of_sizes() {
    let _alone = alone();
    let mut random = Random::of_test("a_walk_of_sizes");
    let mut walkers: Vec<Block> = (0..24).map(|id| block(PAGE, id)).collect();
    for _ in 0..6000 {
        let walker = random.below(walkers.len());
        let bytes = random.size(100, 512 * KIB);
        assert!(walkers[walker].resize(bytes));
    }
    assert_eq!(report().heap().refused_bytes, 0);
}

/// `Vec::push` up to 64 MiB: the moves are few, and the largest growth steps are in place.
#[test]
fn a_growing_vector_moves_rarely() {
    let _alone = alone();
    let (mut numbers, mut moves, mut moved_at) = (Vec::new(), 0, 0);
    for number in 0..8 * MIB as u64 {
        let before = numbers.as_ptr();
        numbers.push(number);
        if numbers.as_ptr() != before {
            (moves, moved_at) = (moves + 1, numbers.len() * 8);
        }
    }
    assert!(
        numbers
            .iter()
            .zip(0..)
            .all(|(&number, expected)| number == expected)
    );
    assert!(moves <= 24, "{moves} moves, the last at {moved_at} bytes");
}
