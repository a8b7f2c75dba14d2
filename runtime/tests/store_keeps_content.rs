//! What goes into a store comes back, whatever its size and type, and however it is read.

mod common;

use common::disk::Folder;
use common::random::Random;
use common::{KIB, MIB, PAGE};
use p3_koala_bear::KoalaBear;
use std::fmt::Debug;
use zkarena::{Bytes, Plain, Store, StoreError, Stored};

/// A budget for all that there is.
const ALL: Bytes = Bytes(u64::MAX);

/// A store of each kind, with buffers so small that everything takes several.
fn stores(folder: &Folder) -> [(&'static str, Store); 7] {
    let plan = || folder.plan().buffers(Bytes(256 << 10));
    [
        ("plain", plan().open().expect("a store")),
        ("encrypted", plan().encrypt().open().expect("a store")),
        ("cached", plan().page_cache().open().expect("a store")),
        (
            "cached, encrypted",
            plan().page_cache().encrypt().open().expect("a store"),
        ),
        ("in memory", plan().ram(ALL).open().expect("a store")),
        (
            "in memory, encrypted",
            plan().ram(ALL).encrypt().open().expect("a store"),
        ),
        (
            "some in memory",
            plan().ram(Bytes(300 << 10)).open().expect("a store"),
        ),
    ]
}

/// Lengths around the borders of pages and buffers of 64 KiB.
fn lengths(element: usize) -> Vec<usize> {
    let around = |bytes: usize| [bytes / element, bytes / element + 1];
    let borders = [PAGE, 64 * KIB, 128 * KIB, 600 * KIB]
        .into_iter()
        .flat_map(around);
    [0, 1, 2, 3].into_iter().chain(borders).collect()
}

fn write<T: Plain>(store: &Store, elements: &[T], step: usize) -> Stored<T> {
    let mut writing = store.write(elements.len()).expect("room");
    for some in elements.chunks(step) {
        writing.append(some).expect("a write");
    }
    assert_eq!(writing.len(), elements.len());
    writing.freeze().expect("written")
}

fn read<T: Plain + Default>(stored: &Stored<T>) -> Vec<T> {
    let mut elements = vec![T::default(); stored.len()];
    stored
        .read_into(0..stored.len(), &mut elements)
        .expect("a read");
    elements
}

fn round_trip<T: Plain + Default + Debug + PartialEq>(make: impl Fn(u64) -> T) {
    let folder = Folder::new();
    for (kind, store) in stores(&folder) {
        let mut random = Random::new(3);
        for len in lengths(size_of::<T>()) {
            let elements: Vec<T> = (0..len).map(|_| make(random.next())).collect();
            let stored = write(&store, &elements, 1 + random.below(20_000));
            assert!(read(&stored) == elements, "{kind}, {len}");
            let tile = 1 + random.below(60 * KIB / size_of::<T>());
            let mut tiles = stored.tiles(tile);
            for expected in elements.chunks(tile) {
                let found = tiles.next().expect("a read").expect("a tile");
                assert!(*found == *expected, "{kind}, {len} in tiles of {tile}");
            }
            assert!(tiles.next().expect("no read").is_none());
        }
    }
}

#[test]
fn bytes() {
    round_trip(|bits| bits.to_ne_bytes()[0]);
}

#[test]
fn words_of_64_bits() {
    round_trip(|bits| bits);
}

#[test]
fn words_of_128_bits() {
    round_trip(|bits| u128::from(bits) * u128::from(bits));
}

#[test]
fn arrays_that_divide_no_page() {
    round_trip(|bits| [bits, !bits, bits ^ 7]);
}

#[test]
fn field_elements() {
    round_trip(|bits| KoalaBear::new(u32::try_from(bits >> 34).unwrap_or(0)));
}

#[test]
fn field_elements_of_256_bits() {
    round_trip(|bits| ark_bn254::Fr::from(bits) * ark_bn254::Fr::from(bits));
}

#[test]
fn any_range_can_be_read() {
    let folder = Folder::new();
    let mut random = Random::of_test("any_range_can_be_read");
    let elements: Vec<u32> = (0..300_000).collect();
    for (kind, store) in stores(&folder) {
        let stored = write(&store, &elements, 100_000);
        let tiles = store.write_tiles(elements.len(), 10_000).expect("room");
        for (tile, elements) in elements.chunks(10_000).enumerate() {
            tiles.write(tile, elements).expect("a write");
        }
        let apart = tiles.freeze().expect("all tiles");
        for _ in 0..12 {
            let start = random.below(elements.len());
            let end = start + random.below(elements.len() - start + 1);
            for stored in [&stored, &apart] {
                let mut found = vec![0; end - start];
                stored.read_into(start..end, &mut found).expect("a read");
                assert!(found == elements[start..end], "{kind}, {start}..{end}");
            }
        }
    }
}

#[test]
fn tiles_are_written_in_any_order_by_any_thread() {
    let folder = Folder::new();
    for (kind, store) in stores(&folder) {
        for (len, tile_len) in [(100_000, 1024), (100_000, 1000), (7, 10), (200_000, 70_000)] {
            let tiles = store.write_tiles::<u64>(len, tile_len).expect("room");
            std::thread::scope(|scope| {
                for thread in 0..3 {
                    let tiles = &tiles;
                    scope.spawn(move || {
                        for tile in (0..tiles.tiles()).rev().filter(|tile| tile % 3 == thread) {
                            let first = (tile * tile_len) as u64;
                            let last = first + tiles.tile_len(tile) as u64;
                            let elements: Vec<u64> = (first..last).collect();
                            tiles.write(tile, &elements).expect("a write");
                        }
                    });
                }
            });
            let stored = tiles.freeze().expect("all tiles");
            let found = read(&stored);
            assert!(
                found.iter().zip(0..).all(|(&found, at)| found == at),
                "{kind}"
            );
        }
    }
}

#[test]
fn a_missing_tile_is_named() {
    let folder = Folder::new();
    for (kind, store) in stores(&folder) {
        let tiles = store.write_tiles::<u8>(100, 10).expect("room");
        for tile in (0..10).filter(|tile| *tile != 4) {
            tiles.write(tile, &[0; 10]).expect("a write");
        }
        let refused = tiles.freeze().expect_err("a tile is missing");
        assert_eq!(refused, StoreError::Unwritten { tile: 4 }, "{kind}");
    }
}

#[test]
#[should_panic(expected = "tile 1 was written before")]
fn no_tile_is_written_twice() {
    let folder = Folder::new();
    let tiles = folder.store().write_tiles::<u8>(100, 10).expect("room");
    tiles.write(1, &[0; 10]).expect("a write");
    let _ = tiles.write(1, &[0; 10]);
}

#[test]
#[should_panic(expected = "tile 1 was written before")]
fn no_tile_in_memory_is_written_twice() {
    let folder = Folder::new();
    let store = folder.plan().ram(ALL).open().expect("a store");
    let tiles = store.write_tiles::<u8>(100, 10).expect("room");
    tiles.write(1, &[0; 10]).expect("a write");
    let _ = tiles.write(1, &[0; 10]);
}

#[test]
fn reading_ahead_crosses_data() {
    let folder = Folder::new();
    for (kind, store) in stores(&folder) {
        let columns: Vec<Stored<u32>> = (0..40)
            .map(|column| write(&store, &vec![column; 5000], 5000))
            .collect();
        // Band by band, each across all columns.
        let bands = (0..5).flat_map(|band| (0..40).map(move |column| (band, column)));
        let ranges = bands.map(|(band, column): (usize, usize)| {
            (&columns[column], band * 1000..(band + 1) * 1000)
        });
        let mut tiles = store.tiles(ranges);
        let mut at = 0;
        while let Some(tile) = tiles.next().expect("a read") {
            assert!(
                tile.len() == 1000 && tile.iter().all(|&found| found == at % 40),
                "{kind}"
            );
            at += 1;
        }
        assert_eq!(at, 200);
    }
}

#[test]
fn threads_read_at_the_same_time() {
    let folder = Folder::new();
    for (kind, store) in stores(&folder) {
        let elements: Vec<u64> = (0..300_000).collect();
        let stored = write(&store, &elements, 10_000);
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let (stored, elements) = (&stored, &elements);
                scope.spawn(move || {
                    let range = thread * 30_000..thread * 30_000 + 60_000;
                    let mut found = vec![0; range.len()];
                    for _ in 0..2 {
                        stored.read_into(range.clone(), &mut found).expect("a read");
                        assert!(found == elements[range.clone()], "{kind}");
                    }
                });
            }
        });
    }
}

#[test]
fn pages_that_are_used_again_hold_only_the_new() {
    let folder = Folder::new();
    let budget = Bytes(25 * PAGE as u64);
    let store = folder.plan().disk(budget).open().expect("a store");
    for round in 1..30u8 {
        let old = write(&store, &vec![round; 100_000], 100_000);
        drop(old);
        let mut mapped = store.map::<u8>(100_000).expect("room");
        while let Some(chunk) = mapped.next_chunk() {
            assert!(chunk.iter().all(|&byte| byte == 0));
            chunk.fill(round);
        }
        let mapped = mapped.freeze().expect("no loss");
        assert!(mapped.iter().all(|&byte| byte == round));
        mapped.close().expect("no loss");
    }
    assert_eq!(store.stats().disk_peak_bytes, budget.0);
}

#[test]
fn mapped_data_of_many_chunks() {
    let folder = Folder::new();
    let store = folder.store();
    let mut writing = store.map::<[u64; 3]>(1_500_000).expect("room"); // 36 MB
    let mut next = 0;
    while let Some(chunk) = writing.next_chunk() {
        for element in chunk {
            *element = [next, next * 3, !next];
            next += 1;
        }
    }
    let mapped = writing.freeze().expect("no loss");
    assert_eq!(mapped.len(), 1_500_000);
    assert!(
        mapped
            .iter()
            .zip(0..)
            .all(|(&found, at)| found == [at, at * 3, !at])
    );
}

#[test]
fn too_much_is_refused_and_changes_nothing() {
    let folder = Folder::new();
    for (kind, store) in stores(&folder) {
        let mut writing = store.write::<u16>(10).expect("room");
        writing.append(&[1; 8]).expect("a write");
        let refused = writing.append(&[2; 3]).expect_err("too long");
        assert_eq!(refused, StoreError::TooLong { room: 2, added: 3 });
        writing.append(&[3; 1]).expect("a write");
        assert_eq!(
            read(&writing.freeze().expect("written")),
            [1, 1, 1, 1, 1, 1, 1, 1, 3],
            "{kind}"
        );
    }
}

#[test]
fn tiles_that_cannot_be_are_refused() {
    // In memory as in the file: what runs on much memory runs on little.
    let folder = Folder::new();
    for ram in [Bytes(0), ALL] {
        let plan = folder.plan().buffers(Bytes(0)).ram(ram);
        let store = plan.open().expect("a store");
        let stored = write(&store, &vec![1u8; MIB], MIB);
        let refused = stored.tiles(100 * KIB).next().expect_err("no such buffer");
        assert!(matches!(
            refused,
            StoreError::TileTooLarge { buffer: 65_536, .. }
        ));
        let tiles = store.write_tiles(30, 10).expect("room");
        (0..3).for_each(|tile| tiles.write(tile, &[7u8; 10]).expect("a write"));
        let stored = tiles.freeze().expect("all tiles");
        assert!(stored.tiles(10).next().is_ok_and(|tile| tile.is_some()));
        assert_eq!(
            stored.tiles(20).next().expect_err("apart"),
            StoreError::TileApart
        );
    }
}

#[test]
fn held_buffers_are_an_error_and_not_a_hang() {
    let folder = Folder::new();
    let store = folder.plan().buffers(Bytes(0)).open().expect("a store"); // four of them
    let stored = write(&store, &vec![1u8; MIB], MIB);
    let mut held: Vec<_> = (0..4)
        .map(|_| store.write::<u8>(10).expect("room"))
        .collect();
    for writing in &mut held {
        writing.append(&[1]).expect("a buffer");
    }
    let refused = |error| matches!(error, StoreError::Buffers { .. });
    assert!(refused(
        stored.read_into(0..1, &mut [0]).expect_err("no buffer")
    ));
    assert!(refused(stored.tiles(1).next().expect_err("no buffer")));
    let tiles = store.write_tiles::<u8>(10, 10).expect("room");
    assert!(refused(tiles.write(0, &[1; 10]).expect_err("no buffer")));
    assert!(refused(tiles.freeze().expect_err("nothing was written")));
    let mut fifth = store.write::<u8>(10).expect("room");
    assert!(refused(fifth.append(&[1]).expect_err("no buffer")));
    held.pop();
    fifth.append(&[1]).expect("a buffer: nothing was lost");
    assert_eq!(read(&fifth.freeze().expect("written")), [1]);
    stored.read_into(0..1, &mut [0]).expect("a buffer");
}

#[test]
fn what_is_dropped_unwritten_is_cancelled() {
    let folder = Folder::new();
    let store = folder.store();
    for _ in 0..50 {
        let mut writing = store.write::<u8>(12 * MIB).expect("room");
        writing.append(&vec![1; 12 * MIB]).expect("a write");
    }
    let done = || {
        let stats = store.stats();
        stats.written_bytes + stats.cancelled_bytes == 50 * 12 * MIB as u64
    };
    while !done() {
        std::thread::yield_now();
    }
    assert!(store.stats().cancelled_bytes > 0);
    assert!(store.stats().disk_peak_bytes <= 4 * 12 * MIB as u64);
}
