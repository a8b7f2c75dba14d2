//! Data that fits in the RAM budget touches no disk; what does not fit goes to the file, as if there were no budget.

mod common;

use common::child::{command, in_child_with, is_child, run};
use common::disk::{Folder, Mounted, find_file};
use common::{KIB, MIB, PAGE, skip_or_fail};
use std::path::Path;
use zkarena::{Bytes, Placement, Store, StoreError, StorePlan, Stored};

fn fill(store: &Store, bytes: usize, byte: u8) -> Stored<u8> {
    let mut writing = store.write(bytes).expect("room");
    writing.append(&vec![byte; bytes]).expect("a write");
    writing.freeze().expect("written")
}

fn read(stored: &Stored<u8>) -> Vec<u8> {
    let mut found = vec![0; stored.len()];
    stored
        .read_into(0..stored.len(), &mut found)
        .expect("a read");
    found
}

fn with_ram(folder: &Folder, bytes: usize) -> StorePlan {
    folder.plan().ram(Bytes(bytes as u64))
}

/// Whether there is a file for the store, and whether it has bytes of the disk.
fn touches(folder: &Folder, store: &Store) -> bool {
    let stats = store.stats();
    let bytes = stats.written_bytes + stats.read_bytes + stats.disk_peak_bytes;
    let has_file = find_file(folder.path()).is_some();
    assert_eq!(has_file, bytes > 0, "{stats:?}");
    has_file
}

#[test]
fn what_fits() {
    let folder = Folder::new();
    for plan in [
        with_ram(&folder, 4 * MIB),
        with_ram(&folder, 4 * MIB).encrypt(),
    ] {
        let store = plan.open().expect("a store");
        let stored = fill(&store, 2 * MIB, 1);
        let tiles = store.write_tiles(MIB, 1000).expect("room");
        for tile in 0..tiles.tiles() {
            tiles
                .write(tile, &vec![2; tiles.tile_len(tile)])
                .expect("a write");
        }
        let apart = tiles.freeze().expect("all tiles");
        let mut ahead = store.tiles([(&stored, 0..100), (&apart, 1000..2000)]);
        while let Some(tile) = ahead.next().expect("a read") {
            assert!(tile.iter().all(|&byte| byte == tile[0]));
        }
        assert!(read(&stored).iter().all(|&byte| byte == 1));
        assert!(read(&apart).iter().all(|&byte| byte == 2));
        stored.finish().expect("it is there");
        assert_eq!(store.stats().ram_bytes, 3 << 20);
        assert_eq!(store.trim(), 0);
        assert!(!touches(&folder, &store));
        assert!(folder.names().is_empty());
    }
}

#[test]
fn what_does_not_fit_goes_to_the_file_as_a_whole() {
    let folder = Folder::new();
    let store = with_ram(&folder, MIB).open().expect("a store");
    let first = fill(&store, MIB / 2, 1);
    assert!(!touches(&folder, &store));
    let second = fill(&store, MIB / 2 + 1, 2);
    let third = fill(&store, MIB / 2, 3);
    let places = [&first, &second, &third].map(|stored| stored.as_slice().is_some());
    assert_eq!(places, [true, false, true]);
    second.finish().expect("written");
    assert!(touches(&folder, &store));
    let stats = store.stats();
    assert_eq!(stats.ram_bytes, 1 << 20);
    assert_eq!(stats.disk_bytes, (MIB / 2 + PAGE) as u64);
    for (stored, byte) in [(&first, 1), (&second, 2), (&third, 3)] {
        assert!(read(stored).iter().all(|&found| found == byte));
    }
}

#[test]
fn what_is_to_be_in_the_file_is() {
    let folder = Folder::new();
    let store = with_ram(&folder, MIB).open().expect("a store");
    let stored = fill(&store.placing(Placement::File), 1000, 1);
    assert!(stored.as_slice().is_none());
    assert_eq!(store.stats().ram_peak_bytes, 0);
    // It is one store.
    let near = fill(&store, 1000, 2);
    let mut tiles = store.tiles([(&stored, 0..10), (&near, 0..10)]);
    for byte in [1, 2] {
        let tile = tiles.next().expect("a read").expect("a tile");
        assert_eq!(*tile, [byte; 10]);
    }
}

#[test]
fn without_a_budget_all_goes_to_the_file() {
    let folder = Folder::new();
    let store = folder.store();
    assert!(find_file(folder.path()).is_some(), "opened at once");
    assert!(fill(&store, 1, 1).as_slice().is_none());
    assert_eq!(store.stats().ram_peak_bytes, 0);
}

#[test]
fn slices_and_tiles_are_where_the_data_lies() {
    let folder = Folder::new();
    let store = with_ram(&folder, MIB).open().expect("a store");
    let tiles = store.write_tiles::<u64>(2500, 1000).expect("room");
    for tile in [2, 0, 1] {
        let elements = vec![tile as u64; tiles.tile_len(tile)];
        tiles.write(tile, &elements).expect("a write");
    }
    let stored = tiles.freeze().expect("all tiles");
    let all = stored.as_slice().expect("in memory");
    assert_eq!((all.len(), all[999], all[1000], all[2499]), (2500, 0, 1, 2));
    let mut tiles = stored.tiles(1000);
    let mut at = 0;
    while let Some(tile) = tiles.next().expect("a read") {
        assert_eq!(tile.as_ptr(), all[at..].as_ptr());
        at += tile.len();
    }
    assert_eq!(at, 2500);
    // No buffer is needed for them.
    let held: Vec<_> = (0..100)
        .map(|_| stored.tiles(10).next().expect("a read"))
        .collect();
    assert_eq!(held.len(), 100);
}

#[test]
fn a_tile_keeps_its_data() {
    let folder = Folder::new();
    let store = with_ram(&folder, MIB).open().expect("a store");
    let stored = fill(&store, 100 * KIB, 7);
    let tile = stored.tiles(1000).next().expect("a read").expect("a tile");
    drop(stored);
    let _other = fill(&store, 100 * KIB, 9);
    assert_eq!(store.stats().ram_bytes, 2 * 100 * 1024);
    assert!(tile.iter().all(|&byte| byte == 7));
    drop(tile);
    assert_eq!(store.stats().ram_bytes, 100 * 1024);
}

#[test]
fn mapped_data_is_in_the_file() {
    let folder = Folder::new();
    let store = with_ram(&folder, MIB).open().expect("a store");
    let mut writing = store.map::<u8>(5000).expect("room");
    while let Some(chunk) = writing.next_chunk() {
        chunk.fill(1);
    }
    let mapped = writing.freeze().expect("no loss");
    assert!(mapped.iter().all(|&byte| byte == 1));
    assert!(find_file(folder.path()).is_some());
    assert_eq!(store.stats().ram_peak_bytes, 0);
}

#[test]
fn unfit_directories_are_refused_although_there_is_no_file_yet() {
    let folder = Folder::new();
    let reason = |directory: &Path| {
        let plan = StorePlan::new().directory(directory).ram(Bytes(1 << 20));
        match plan.open().expect_err("no place") {
            StoreError::NoDirectory { tried } => tried[0].reason.clone(),
            other => panic!("{other}"),
        }
    };
    assert!(reason(&folder.path().join("none")).contains("No such file"));
    let file = folder.path().join("file");
    std::fs::write(&file, "mine").expect("a file");
    assert!(reason(&file).contains("Not a directory"));
    let (Some(memory), Some(disk)) = (Mounted::in_memory("tmpfs"), Mounted::ext4(4 << 20)) else {
        return skip_or_fail("only root may mount");
    };
    assert_eq!(
        reason(memory.path()),
        "its files are in memory, not on a disk"
    );
    disk.make_read_only();
    assert!(reason(disk.path()).contains("Read-only"));
}

#[test]
fn a_directory_that_is_gone_is_an_error_when_it_is_needed() {
    let folder = Folder::new();
    let plan = StorePlan::new().directory(folder.path().join("soon gone"));
    std::fs::create_dir(folder.path().join("soon gone")).expect("a directory");
    let store = plan.ram(Bytes(1 << 20)).open().expect("a store");
    std::fs::remove_dir(folder.path().join("soon gone")).expect("an empty directory");
    let kept = fill(&store, 100, 1);
    for _ in 0..2 {
        let refused = store.write::<u8>(2 * MIB).expect_err("no directory");
        assert!(
            matches!(refused, StoreError::NoDirectory { .. }),
            "{refused}"
        );
        assert_eq!(store.stats().disk_bytes, 0);
    }
    assert!(read(&kept).iter().all(|&byte| byte == 1));
    std::fs::create_dir(folder.path().join("soon gone")).expect("a directory");
    assert!(fill(&store, 2 * MIB, 2).as_slice().is_none());
}

#[test]
fn the_environment_sets_the_budget() {
    let set = |command: &mut std::process::Command| {
        command.env("ZKARENA_RAM", "1MiB");
    };
    in_child_with("the_environment_sets_the_budget", set, || {
        let folder = Folder::new();
        for store in [
            folder.store(),
            with_ram(&folder, 64 * MIB).open().expect("a store"),
        ] {
            let stored = fill(&store, MIB, 1);
            assert!(stored.as_slice().is_some());
            assert!(fill(&store, 1, 1).as_slice().is_none());
        }
    });
}

#[test]
fn a_bad_budget_is_an_error() {
    const NAME: &str = "a_bad_budget_is_an_error";
    if is_child(NAME) {
        let folder = Folder::new();
        let refused = folder.plan().open().expect_err("no such budget");
        let expected = StoreError::Setting {
            name: "ZKARENA_RAM",
            value: ".".to_owned(),
            expected: "a byte size starts with a number, such as 512MiB",
        };
        assert_eq!(refused, expected);
        assert_eq!(
            refused.to_string(),
            "ZKARENA_RAM=.: a byte size starts with a number, such as 512MiB"
        );
        return;
    }
    run(command(NAME).env("ZKARENA_RAM", ".")).assert_passed();
}
