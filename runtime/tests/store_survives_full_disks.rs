//! Full disks, limits and budgets are errors that say so; nothing is lost or leaked.

mod common;

use common::child::{in_child_with, limit};
use common::disk::{Folder, Mounted, disk_bytes, file_of};
use common::{MIB, PAGE, skip_or_fail};
use std::fs::File;
use zkarena::{Bytes, Store, StoreError, StorePlan, Stored};

fn fill(store: &Store, bytes: usize, byte: u8) -> Result<Stored<u8>, StoreError> {
    let mut writing = store.write(bytes)?;
    writing.append(&vec![byte; bytes])?;
    writing.freeze()
}

/// Whether a file has that many bytes of the disk, but for the blocks that say where its blocks are.
fn has(file: &File, bytes: u64) -> bool {
    (bytes..=bytes + (64 << 10)).contains(&disk_bytes(file))
}

fn check(stored: &Stored<u8>, byte: u8) {
    let mut found = vec![0; stored.len()];
    stored
        .read_into(0..stored.len(), &mut found)
        .expect("a read");
    assert!(found.iter().all(|&found| found == byte));
}

/// Takes all there is, in pieces that become smaller; says how the last was refused.
fn use_up(store: &Store) -> (Vec<Stored<u8>>, StoreError) {
    let (mut held, mut refused) = (Vec::new(), None);
    for bytes in [4 * MIB, MIB, 100_000, PAGE] {
        loop {
            let byte = u8::try_from(held.len() % 251).unwrap_or(0);
            match fill(store, bytes, byte) {
                Ok(stored) => held.push(stored),
                Err(error) => {
                    refused = Some(error);
                    break;
                }
            }
        }
    }
    (held, refused.expect("an end"))
}

#[test]
fn a_full_disk_twenty_times() {
    let Some(disk) = Mounted::ext4(16 << 20) else {
        return skip_or_fail("only root may mount");
    };
    let free = disk.free_bytes();
    for round in 0..20 {
        let plan = StorePlan::new().directory(disk.path());
        let plan = if round % 2 == 0 {
            plan
        } else {
            plan.page_cache()
        };
        let store = plan.open().expect("a store");
        let (mut held, refused) = use_up(&store);
        assert!(matches!(refused, StoreError::DiskFull { .. }), "{refused}");
        let text = refused.to_string();
        assert!(
            text.contains(&disk.path().display().to_string()) && text.contains("is full"),
            "{text}"
        );
        let mapped = store.map::<u8>(MIB).expect_err("full");
        assert!(matches!(mapped, StoreError::DiskFull { .. }));
        for (stored, byte) in held.iter().zip((0..251u8).cycle()) {
            check(stored, byte);
        }
        // What is freed can be used at once, in a piece of any size.
        held.drain(1..);
        assert!(fill(&store, 4 * MIB, 9).is_ok());
        drop((held, store));
        assert_eq!(disk.free_bytes(), free, "round {round}");
    }
}

#[test]
fn where_blocks_cannot_be_allocated_zeros_are_written() {
    let Some(disk) = Mounted::ext2(16 << 20) else {
        return skip_or_fail("only root may mount");
    };
    let free = disk.free_bytes();
    for _ in 0..3 {
        let store = StorePlan::new()
            .directory(disk.path())
            .open()
            .expect("a store");
        let (mut held, refused) = use_up(&store);
        assert!(matches!(refused, StoreError::DiskFull { .. }), "{refused}");
        for (stored, byte) in held.iter().zip((0..251u8).cycle()) {
            check(stored, byte);
        }
        held.drain(1..);
        let mut writing = store.map::<u8>(MIB).expect("room");
        while let Some(chunk) = writing.next_chunk() {
            assert!(chunk.iter().all(|&byte| byte == 0));
            chunk.fill(5);
        }
        writing
            .freeze()
            .and_then(zkarena::Mapped::close)
            .expect("no loss");
        drop((held, store));
        assert_eq!(disk.free_bytes(), free);
    }
}

#[test]
fn mapped_pages_have_blocks_before_they_are_touched() {
    let Some(disk) = Mounted::ext4(16 << 20) else {
        return skip_or_fail("only root may mount");
    };
    for _ in 0..20 {
        let store = StorePlan::new()
            .directory(disk.path())
            .open()
            .expect("a store");
        let (mut writing, mut bytes) = (None, 16 * MIB);
        while writing.is_none() {
            bytes -= MIB / 2;
            writing = store.map::<u8>(bytes).ok();
        }
        let _rest = use_up(&store);
        let mut writing = writing.expect("some pages");
        while let Some(chunk) = writing.next_chunk() {
            chunk.fill(3);
        }
        let mapped = writing.freeze().expect("no loss");
        assert!(mapped.iter().all(|&byte| byte == 3));
        mapped.close().expect("no loss");
    }
}

#[test]
fn a_limit_on_the_size_of_files() {
    let prepare = |command: &mut std::process::Command| {
        limit(command, libc::RLIMIT_FSIZE, 4 << 20);
    };
    // By default the signal that goes with the limit ends the process.
    in_child_with("a_limit_on_the_size_of_files", prepare, || {
        let folder = Folder::new();
        let store = folder.store();
        let kept = fill(&store, 2 * MIB, 1).expect("room");
        for _ in 0..3 {
            let refused = fill(&store, 3 * MIB, 2).expect_err("too large");
            assert_eq!(
                refused,
                StoreError::FileSize {
                    limit: Some(4 << 20),
                    wanted: 3 << 20
                },
            );
            assert!(refused.to_string().contains("ulimit -f"), "{refused}");
        }
        assert!(store.map::<u8>(3 * MIB).is_err());
        check(&kept, 1);
        assert!(has(&file_of(folder.path()), 2 << 20));
        check(&fill(&store, 2 * MIB, 3).expect("room"), 3);
    });
}

#[test]
fn the_budget_is_never_exceeded() {
    let folder = Folder::new();
    let store = folder.plan().disk(Bytes(3 << 20)).open().expect("a store");
    let held: Vec<_> = (0..3)
        .map(|byte| fill(&store, MIB, byte).expect("room"))
        .collect();
    let refused = fill(&store, 1, 9).expect_err("over the budget");
    let expected = StoreError::Budget {
        budget: 3 << 20,
        in_use: 3 << 20,
        wanted: 4096,
    };
    assert_eq!(refused, expected);
    let mut held = held.into_iter();
    let (first, second) = (held.next().expect("one"), held.next().expect("two"));
    drop(first);
    let small = fill(&store, 1, 9).expect("in the free megabyte");
    drop(second);
    // The free pages do not lie together, and are given back for some that do.
    let large = fill(&store, 2 * MIB - PAGE, 7).expect("room");
    check(&large, 7);
    let peak = store.stats().disk_peak_bytes;
    assert!(peak <= 3 << 20 && disk_bytes(&file_of(folder.path())) <= (3 << 20) + (64 << 10));
    drop((small, large, held));
}

#[test]
fn lengths_beyond_all_files_are_refused() {
    let folder = Folder::new();
    let store = folder.store();
    for len in [usize::MAX, usize::MAX / 8, 1 << 62] {
        let refused = store.write::<u64>(len).expect_err("no such file");
        assert!(
            matches!(refused, StoreError::FileSize { .. }),
            "{len}: {refused}"
        );
        assert!(store.write_tiles::<u8>(len, 1).is_err() && store.map::<u8>(len).is_err());
    }
    assert_eq!(store.stats().disk_bytes, 0);
    check(&fill(&store, MIB, 3).expect("room"), 3);
}

#[test]
fn what_was_announced_and_not_needed_is_free() {
    let folder = Folder::new();
    let store = folder.plan().disk(Bytes(1 << 20)).open().expect("a store");
    let mut short = store.write::<u8>(MIB).expect("room");
    short.append(&[1; 5000]).expect("a write");
    let short = short.freeze().expect("written");
    let rest = fill(&store, MIB - 2 * PAGE, 2).expect("the rest");
    check(&short, 1);
    check(&rest, 2);
}

#[test]
fn the_disk_is_given_back() {
    let folder = Folder::new();
    for plan in [folder.plan(), folder.plan().page_cache()] {
        let store = plan.open().expect("a store");
        let file = file_of(folder.path());
        let data: Vec<_> = (0..8)
            .map(|byte| fill(&store, MIB, byte).expect("room"))
            .collect();
        let mapped = store
            .map::<u64>(MIB)
            .expect("room")
            .freeze()
            .expect("no loss");
        assert!(has(&file, 16 << 20));
        assert_eq!(store.stats().disk_bytes, 16 << 20);
        let kept = data.into_iter().nth(5).expect("six at least");
        drop(mapped);
        assert!(has(&file, 16 << 20), "kept for what comes next");
        assert_eq!(store.trim(), 15 << 20);
        assert!(has(&file, 1 << 20) && store.stats().disk_bytes == 1 << 20);
        assert_eq!(store.trim(), 0);
        check(&kept, 5);
        let more = fill(&store, 3 * MIB, 8).expect("room");
        check(&more, 8);
        assert!(has(&file, 4 << 20));
        drop((kept, more));
        store.trim();
        assert!(has(&file, 0));
        assert_eq!(file.metadata().expect("metadata").len(), 0);
    }
}
