//! A store takes the memory that was announced for its buffers, however much goes through it.

mod common;

use common::child::in_child;
use common::disk::Folder;
use common::memory::resident;
use common::{KIB, MIB};
use zkarena::{Bytes, StorePlan};

/// What the program has besides: stacks of threads, what it was asked with, code that was not run before.
const REST: usize = 2 * MIB;

/// The most that was resident while data went through a store, over what was before.
fn grown(plan: StorePlan) -> usize {
    let store = plan.open().expect("a store");
    let (before, mut most) = (resident(), 0);
    let mut look = || most = most.max(resident());
    let elements = vec![7u64; 8 * KIB];
    let mut writing = store.write(128 * MIB / 8).expect("room");
    for _ in 0..128 * MIB / (64 * KIB) {
        writing.append(&elements).expect("a write");
    }
    look();
    let stored = writing.freeze().expect("written");
    let mut tiles = stored.tiles(4 * KIB);
    while let Some(tile) = tiles.next().expect("a read") {
        assert_eq!(tile[1000], 7);
    }
    look();
    most.saturating_sub(before)
}

#[test]
fn streams_take_their_buffers() {
    in_child("streams_take_their_buffers", || {
        let folder = Folder::new();
        for buffers in [MIB, 4 * MIB, 16 * MIB] {
            let plan = || folder.plan().buffers(Bytes(buffers as u64));
            for plan in [plan(), plan().page_cache()] {
                let grown = grown(plan);
                assert!(grown <= buffers + REST, "{grown} with buffers of {buffers}");
            }
        }
    });
}

#[test]
fn mappings_take_a_few_chunks() {
    in_child("mappings_take_a_few_chunks", || {
        let folder = Folder::new();
        let store = folder.store();
        let mut writing = store.map::<u64>(128 * MIB / 8).expect("room");
        let before = resident();
        while let Some(chunk) = writing.next_chunk() {
            chunk.fill(7);
            let grown = resident().saturating_sub(before);
            assert!(grown <= 24 * MIB + REST, "{grown}");
        }
        assert_eq!(store.stats().disk_bytes, 128 << 20);
        writing.freeze().expect("no loss").close().expect("no loss");
    });
}
