//! With encryption the file has no byte pattern of the data; without it, it does.

mod common;

use common::MIB;
use common::disk::{Folder, file_of};
use std::io::{Read, Write};
use zkarena::{Bytes, Store, StoreError};

/// Sixteen bytes that nothing else has, made when asked for.
fn mark(at: u64) -> u128 {
    let mixed = (at ^ 0x5ec2_e7aa_5ec2_e7aa).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    u128::from(mixed) << 64 | u128::from(!mixed.rotate_left(17))
}

/// How often any of the marks is in the file.
fn marks_in_file(folder: &Folder, count: u64) -> usize {
    let mut bytes = Vec::new();
    file_of(folder.path())
        .read_to_end(&mut bytes)
        .expect("the file");
    let marks: std::collections::HashSet<u128> = (0..count).map(mark).collect();
    bytes
        .windows(16)
        .filter(|bytes| {
            marks.contains(&u128::from_ne_bytes((*bytes).try_into().expect("16 bytes")))
        })
        .count()
}

fn write(store: &Store, count: u64) -> zkarena::Stored<u128> {
    let len = usize::try_from(count).expect("a length");
    let marks: Vec<u128> = (0..count).map(mark).collect();
    let mut writing = store.write(len).expect("room");
    writing.append(&marks).expect("a write");
    let stored = writing.freeze().expect("written");
    stored.finish().expect("written");
    let mut found = vec![0; len];
    stored.read_into(0..len, &mut found).expect("a read");
    assert!(found == marks);
    stored
}

#[test]
fn the_file_has_the_data_only_without_encryption() {
    let count = 20_000;
    for cached in [false, true] {
        let plan = |folder: &Folder| {
            if cached {
                folder.plan().page_cache()
            } else {
                folder.plan()
            }
        };
        let folder = Folder::new();
        let store = plan(&folder).open().expect("a store");
        let stored = write(&store, count);
        assert!(marks_in_file(&folder, count) >= 20_000, "the search works");
        drop((stored, store));

        let folder = Folder::new();
        let store = plan(&folder).encrypt().open().expect("a store");
        let stored = write(&store, count);
        assert_eq!(marks_in_file(&folder, count), 0);
        drop((stored, store));
    }
}

#[test]
fn tiles_and_short_data_are_encrypted() {
    let folder = Folder::new();
    let store = folder.plan().encrypt().open().expect("a store");
    let short: Vec<_> = (1..50).map(|count| write(&store, count)).collect();
    let tiles = store.write_tiles(1000, 300).expect("room");
    for tile in [3, 1, 0, 2] {
        let first = tile as u64 * 300;
        let marks: Vec<u128> = (first..first + tiles.tile_len(tile) as u64)
            .map(mark)
            .collect();
        tiles.write(tile, &marks).expect("a write");
    }
    let stored = tiles.freeze().expect("all tiles");
    let mut found = vec![0; 1000];
    stored.read_into(0..1000, &mut found).expect("a read");
    assert!(found.iter().zip(0..).all(|(&found, at)| found == mark(at)));
    assert_eq!(marks_in_file(&folder, 1000), 0);
    drop(short);
}

#[test]
fn a_place_that_is_used_again_is_encrypted_otherwise() {
    let folder = Folder::new();
    let store = folder.plan().encrypt().open().expect("a store");
    let mut versions = Vec::new();
    for _ in 0..4 {
        drop(write(&store, 4096)); // the same data at the same place
        let mut bytes = Vec::new();
        file_of(folder.path())
            .read_to_end(&mut bytes)
            .expect("the file");
        bytes.truncate(4096 * 16); // nothing is written to the page behind
        versions.push(bytes);
    }
    assert_eq!(store.stats().disk_bytes, 4096 * 16);
    store.renew_key().expect("a key");
    drop(write(&store, 4096));
    for (at, one) in versions.iter().enumerate() {
        for other in &versions[..at] {
            let same = one.iter().zip(other).filter(|(a, b)| a == b).count();
            assert!(same < one.len() / 100, "{same} of {} bytes", one.len());
        }
    }
}

#[test]
fn data_outlives_its_key_in_the_store() {
    let folder = Folder::new();
    let store = folder.plan().encrypt().open().expect("a store");
    let old = write(&store, 1000);
    store.renew_key().expect("a key");
    let new = write(&store, 1000);
    for stored in [old, new] {
        let mut found = vec![0; 1000];
        stored.read_into(0..1000, &mut found).expect("a read");
        assert!(found.iter().zip(0..).all(|(&found, at)| found == mark(at)));
    }
}

#[test]
fn buffers_show_nobody_elses_data() {
    let folder = Folder::new();
    let store = folder.plan().buffers(Bytes(0)).open().expect("a store");
    drop(write(&store, 100_000)); // all buffers have marks now
    let stored: Vec<_> = (0..8)
        .map(|_| {
            let mut writing = store.write::<u8>(1).expect("room");
            writing.append(&[1]).expect("a write");
            writing.freeze().expect("written")
        })
        .collect();
    for stored in &stored {
        stored.finish().expect("written");
    }
    let mut bytes = Vec::new();
    file_of(folder.path())
        .read_to_end(&mut bytes)
        .expect("the file");
    let first: Vec<u8> = bytes[..8 * 4096].to_vec();
    let clean = first
        .chunks(4096)
        .all(|page| page[1..].iter().all(|&byte| byte == 0));
    assert!(clean, "what is beyond the data is zero");
}

#[test]
fn mappings_are_refused() {
    let folder = Folder::new();
    let store = folder.plan().encrypt().open().expect("a store");
    assert_eq!(
        store.map::<u8>(10).expect_err("plain"),
        StoreError::MappedPlain
    );
}

#[test]
fn who_changes_the_file_changes_the_data() {
    // Encryption hides; it does not tell what was changed: the documents say so.
    let folder = Folder::new();
    let store = folder
        .plan()
        .encrypt()
        .page_cache()
        .open()
        .expect("a store");
    let stored = write(&store, 1000);
    file_of(folder.path()).write_all(&[0; 16]).expect("a write");
    let mut found = [0; 2];
    stored.read_into(0..2, &mut found).expect("a read");
    assert!(found[0] != mark(0) && found[1] == mark(1));
    assert!(store.stats().written_bytes < MIB as u64);
}
