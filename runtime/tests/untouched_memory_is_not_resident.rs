//! Memory that nobody wrote costs nothing: not the first time, not again, not on a used heap, with no page policy.

mod common;

use common::block::Block;
use common::child::{in_child, in_child_with, is_child};
use common::memory::resident;
use common::{GIB, MIB};
use zkarena::PhaseAlloc;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const MOST: usize = 8 * MIB;

/// Makes something, looks how much the process grew, and drops it.
fn assert_small<T>(what: &str, make: impl FnOnce() -> T) {
    let before = resident();
    let kept = make();
    let growth = resident().saturating_sub(before);
    assert!(growth <= MOST, "{what}: {growth} bytes became resident");
    drop(kept);
}

/// 1 GiB of zeros, nearly untouched: reads what it may without making it resident.
fn gigabyte() -> Vec<u8> {
    let zeros = vec![0u8; GIB];
    assert!(zeros[GIB - 1] == 0 && zeros[GIB / 2] == 0 && zeros[0] == 0);
    zeros
}

fn body() {
    for time in ["first", "second", "third"] {
        assert_small(&format!("{time} zeroed gigabyte"), gigabyte);
    }
    for time in ["first", "second", "third"] {
        assert_small(&format!("{time} capacity of a gigabyte"), || {
            Vec::<u8>::with_capacity(GIB)
        });
    }
    // A used heap: what is free is dirty in part, and shorter than what is asked for.
    let dirty: Vec<_> = (0..48)
        .map(|of| Block::new(4 * MIB + 4096, 8, of).expect("memory"))
        .collect();
    drop(dirty);
    for time in ["first", "second", "third"] {
        assert_small(&format!("{time} zeroed gigabyte on a dirty heap"), gigabyte);
    }
    // One that was touched in part, twice: the second needs no more than the first.
    for _ in 0..2 {
        let mut part = Block::zeroed_untouched(GIB, 8, 1).expect("memory");
        part.touch(300 * MIB, 64 * MIB);
    }
    assert_small("a zeroed gigabyte after one touched in part", gigabyte);
    zkarena::trim();
    assert_small("a zeroed gigabyte on a trimmed heap", gigabyte);
    assert_small("a gigabyte grown into", || {
        let mut grows = Vec::<u8>::with_capacity(GIB / 2);
        grows.reserve_exact(GIB);
        grows
    });
    assert_eq!(
        zkarena::report().heap().refused_bytes,
        0,
        "all this was the heap's"
    );
}

fn with_pages(test: &str, pages: &str) {
    in_child_with(
        test,
        |child| {
            child.env("ZKARENA_PAGES", pages);
        },
        body,
    );
}

#[test]
fn with_pages_chosen_by_measurement() {
    with_pages("with_pages_chosen_by_measurement", "auto");
}

#[test]
fn with_small_pages() {
    with_pages("with_small_pages", "small");
}

#[test]
fn with_huge_pages() {
    with_pages("with_huge_pages", "huge");
}

#[test]
fn a_large_block_freed_untouched_is_not_retained() {
    let test = "a_large_block_freed_untouched_is_not_retained";
    in_child(test, || {
        assert!(is_child(test));
        drop(vec![0u8; GIB]);
        drop(Vec::<u8>::with_capacity(GIB));
        let heap = zkarena::report().heap();
        assert!(heap.retained_bytes <= MOST as u64, "{heap:?}");
    });
}
