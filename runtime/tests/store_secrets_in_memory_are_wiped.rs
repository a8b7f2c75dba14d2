//! What a store that encrypts has in memory is as safe as a witness: out of core files and children, and wiped.

mod common;

use common::MIB;
use common::child::in_child;
use common::disk::Folder;
use common::memory::reads_zero;
use common::secrets::{mappings_of, secret};
use zkarena::{Bytes, Store, StoreError, Stored};

fn store(folder: &Folder, encrypts: bool) -> Store {
    let plan = folder.plan().ram(Bytes(64 << 20));
    let plan = if encrypts { plan.encrypt() } else { plan };
    plan.open().expect("a store")
}

fn secrets(store: &Store) -> Stored<u64> {
    let words: Vec<u64> = (0..MIB / 8).map(secret).collect();
    let mut writing = store.write(words.len()).expect("room");
    writing.append(&words).expect("a write");
    writing.freeze().expect("written")
}

fn address(stored: &Stored<u64>) -> usize {
    let all = stored.as_slice().expect("in memory");
    assert_eq!(all[77], secret(77));
    all.as_ptr().addr()
}

#[test]
fn their_pages_are_those_of_witnesses() {
    let folder = Folder::new();
    for encrypts in [true, false] {
        let stored = secrets(&store(&folder, encrypts));
        let at = address(&stored);
        let mappings = mappings_of(std::process::id());
        let inside = mappings.iter().find(|mapping| mapping.range.contains(&at));
        let inside = inside.expect("a mapping");
        for flag in ["dd", "wf"] {
            assert_eq!(inside.has(flag), encrypts, "{flag} in {inside:?}");
        }
    }
}

#[test]
fn they_are_wiped_when_they_are_dropped() {
    in_child("they_are_wiped_when_they_are_dropped", || {
        let folder = Folder::new();
        let safe = store(&folder, true);
        let stored = secrets(&safe);
        let at = address(&stored);
        drop(stored);
        assert!(reads_zero(at, MIB));
        // A writing that never ends, too, and what is given back early.
        let mut writing = safe.write::<u64>(MIB / 8).expect("room");
        writing.append(&vec![secret(1); 10_000]).expect("a write");
        drop(writing);
        assert!(reads_zero(at, MIB));
        // The search finds what is not wiped.
        let stored = secrets(&store(&folder, false));
        let at = address(&stored);
        assert!(!reads_zero(at, MIB));
        drop(stored);
        assert!(!reads_zero(at, MIB));
    });
}

#[test]
fn a_fork_has_none_of_them() {
    in_child("a_fork_has_none_of_them", || {
        let folder = Folder::new();
        for encrypts in [true, false] {
            let store = store(&folder, encrypts);
            let stored = secrets(&store);
            let writing = store.write::<u8>(10).expect("room");
            // SAFETY: the child only does what the test is about, and leaves.
            let child = unsafe { libc::fork() };
            if child == 0 {
                let refused = stored.read_into(0..1, &mut [0]) == Err(StoreError::Forked)
                    && stored.as_slice().is_none()
                    && stored.tiles(10).next().is_err()
                    && store.write::<u8>(1).is_err()
                    && writing.freeze().is_err();
                drop((stored, store));
                // SAFETY: ends the child without running anything of the parent's.
                unsafe { libc::_exit(i32::from(!refused)) };
            }
            let mut status = 0;
            // SAFETY: our own child, and a place for its status.
            unsafe { libc::waitpid(child, &raw mut status, 0) };
            assert_eq!(status, 0, "the child was refused");
            assert_eq!(stored.as_slice().map(|all| all[5]), Some(secret(5)));
            drop(writing);
            drop(stored);
            assert_eq!(store.stats().ram_bytes, 0);
        }
    });
}
