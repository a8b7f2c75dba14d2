//! Killed processes, cut files, forks and few descriptors: nothing is left, nothing hangs, nothing is silent.

mod common;

use common::child::{command, in_child, in_child_with, is_child, limit, limit_files, run};
use common::disk::{Folder, Mounted, file_of};
use common::{MIB, PAGE, skip_or_fail};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::process::Stdio;
use zkarena::{Store, StoreError, StorePlan, Stored};

fn fill(store: &Store, bytes: usize, byte: u8) -> Stored<u8> {
    let mut writing = store.write(bytes).expect("room");
    writing.append(&vec![byte; bytes]).expect("a write");
    writing.freeze().expect("written")
}

#[test]
fn a_killed_process_leaves_nothing() {
    const NAME: &str = "a_killed_process_leaves_nothing";
    if is_child(NAME) {
        let store = Store::of_process().expect("a store");
        let _data = fill(&store, 6 * MIB, 1);
        println!("written");
        loop {
            let _more = fill(&store, MIB, 2);
        }
    }
    let Some(disk) = Mounted::ext4(16 << 20) else {
        return skip_or_fail("only root may mount");
    };
    let names = || std::fs::read_dir(disk.path()).expect("the disk").count();
    let (free, before) = (disk.free_bytes(), names());
    for _ in 0..50 {
        let mut child = command(NAME);
        child
            .env("ZKARENA_STORE_DIR", disk.path())
            .stdout(Stdio::piped());
        let mut child = child.spawn().expect("a child");
        let said = BufReader::new(child.stdout.take().expect("its words"));
        assert!(
            said.lines()
                .any(|line| line.expect("plain text").ends_with("written"))
        );
        assert_eq!(names(), before);
        child.kill().expect("a child to kill");
        child.wait().expect("an end");
        assert_eq!((names(), disk.free_bytes()), (before, free));
    }
}

#[test]
fn few_descriptors_are_enough_for_many_polynomials() {
    let prepare = |command: &mut std::process::Command| {
        limit(command, libc::RLIMIT_NOFILE, 16);
    };
    in_child_with(
        "few_descriptors_are_enough_for_many_polynomials",
        prepare,
        || {
            let folder = Folder::new();
            let store = folder.store();
            let stored: Vec<Stored<u64>> = (0..10_000)
                .map(|number| {
                    let mut writing = store.write(100).expect("room");
                    writing.append(&[number; 100]).expect("a write");
                    writing.freeze().expect("written")
                })
                .collect();
            for (stored, number) in stored.iter().zip(0..) {
                let mut found = [0; 100];
                stored.read_into(0..100, &mut found).expect("a read");
                assert_eq!(found, [number; 100]);
            }
            assert_eq!(store.stats().disk_bytes, 10_000 * PAGE as u64);
        },
    );
}

#[test]
fn a_cut_file_is_an_error_of_reading() {
    let folder = Folder::new();
    for plan in [
        folder.plan(),
        folder.plan().page_cache(),
        folder.plan().encrypt(),
    ] {
        let store = plan.open().expect("a store");
        let stored = fill(&store, 4 * MIB, 1);
        stored.finish().expect("written");
        file_of(folder.path()).set_len(MIB as u64).expect("cut");
        let mut found = vec![0; 4 * MIB];
        let refused = stored.read_into(0..4 * MIB, &mut found).expect_err("cut");
        assert_eq!(refused, StoreError::Lost);
        let mut tiles = stored.tiles(MIB / 8);
        assert!((0..32).any(|_| matches!(tiles.next(), Err(StoreError::Lost))));
    }
}

#[test]
fn writes_that_fail_are_errors_of_the_next_step() {
    in_child("writes_that_fail_are_errors_of_the_next_step", || {
        let folder = Folder::new();
        for plan in [
            folder.plan(),
            folder.plan().page_cache(),
            folder.plan().encrypt(),
        ] {
            let store = plan.open().expect("a store");
            let mut writing = store.write(8 * MIB).expect("room");
            limit_files(Some(4 << 20)); // behind its back: the blocks are there, but writing is refused
            let written = writing.append(&vec![1u8; 8 * MIB]);
            let done = written.and_then(|()| writing.freeze()).and_then(|stored| {
                stored.read_into(0..1, &mut [0])?;
                stored.finish()
            });
            assert!(matches!(done, Err(StoreError::FileSize { .. })), "{done:?}");
            limit_files(None);
            assert_eq!(store.trim(), 8 << 20);
            drop(fill(&store, 8 * MIB, 2));
        }
    });
}

#[test]
fn a_disk_that_fails_is_an_error() {
    in_child("a_disk_that_fails_is_an_error", || {
        let Some(disk) = Mounted::ext4(16 << 20) else {
            return skip_or_fail("only root may mount");
        };
        let store = StorePlan::new()
            .directory(disk.path())
            .open()
            .expect("a store");
        let stored = fill(&store, 4 * MIB, 1);
        stored.finish().expect("written");
        let mapped = map(&store, 4 * MIB);
        file_of(disk.path()).sync_all().expect("written");
        let (start, bytes) = (mapped.as_ptr().cast_mut().cast(), mapped.len());
        // SAFETY: takes pages of our mapping out of memory, which changes no content.
        unsafe { libc::madvise(start, bytes, libc::MADV_PAGEOUT) };
        disk.take_away();
        let refused = stored
            .read_into(0..MIB, &mut vec![0; MIB])
            .expect_err("no disk");
        assert_eq!(refused, StoreError::Io { code: libc::EIO });
        assert!(
            refused.to_string().contains("Input/output error"),
            "{refused}"
        );
        assert!(mapped.contains(&0), "what cannot be read is zero");
        assert_eq!(mapped.close(), Err(StoreError::Lost));
    });
}

/// Maps `len` bytes of ones.
fn map(store: &Store, len: usize) -> zkarena::Mapped<u8> {
    let mut writing = store.map(len).expect("room");
    while let Some(chunk) = writing.next_chunk() {
        chunk.fill(1);
    }
    writing.freeze().expect("no loss")
}

#[test]
fn a_cut_file_is_an_error_of_mapped_data() {
    in_child("a_cut_file_is_an_error_of_mapped_data", || {
        let folder = Folder::new();
        let store = folder.store();
        let (whole, cut) = (map(&store, MIB), map(&store, MIB));
        file_of(folder.path())
            .set_len((MIB + MIB / 2) as u64)
            .expect("cut");
        assert_eq!(cut.check(), Ok(()), "nobody has touched it yet");
        let sum: usize = cut.iter().map(|&byte| usize::from(byte)).sum();
        assert_eq!(sum, MIB / 2, "what is gone reads zero");
        assert_eq!(cut.check(), Err(StoreError::Lost));
        assert!(whole.iter().all(|&byte| byte == 1));
        whole.close().expect("no loss");
        assert_eq!(cut.close(), Err(StoreError::Lost));
        // A store is not used any more once its file was cut; another one's addresses may be the same.
        assert_eq!(store.map::<u8>(1).expect_err("lost"), StoreError::Lost);
        let again = map(&folder.store(), MIB);
        assert!(again.iter().all(|&byte| byte == 1));
        again.close().expect("no loss");
    });
}

#[test]
fn nothing_hides_that_a_file_was_cut() {
    let folder = Folder::new();
    let store = folder.store();
    let (old, half) = (fill(&store, MIB, 1), fill(&store, MIB, 2));
    old.finish().expect("written");
    let mut under_way = store.write(MIB).expect("room");
    file_of(folder.path()).set_len(0).expect("cut");
    // Writing would make the file longer again, with zeros where the old data was.
    let written = under_way.append(&vec![1u8; MIB]);
    let frozen = written.and_then(|()| under_way.freeze());
    assert!(frozen.and_then(|frozen| frozen.finish()) == Err(StoreError::Lost));
    drop(half);
    store.trim();
    assert_eq!(
        store.write::<u8>(4 * MIB).expect_err("lost"),
        StoreError::Lost
    );
    assert_eq!(old.read_into(0..1, &mut [0]), Err(StoreError::Lost));
    assert_eq!(
        file_of(folder.path()).metadata().expect("metadata").len(),
        0
    );
}

#[test]
fn a_write_that_comes_late_does_not_hide_that_a_file_was_cut() {
    let folder = Folder::new();
    for plan in [folder.plan(), folder.plan().page_cache()] {
        let store = plan.open().expect("a store");
        let (old, last) = (fill(&store, MIB, 1), fill(&store, MIB, 2));
        old.finish().and_then(|()| last.finish()).expect("written");
        let file = file_of(folder.path());
        file.set_len(0).expect("cut");
        // As a thread of the store would that had looked at the length just before.
        let late = file.write_all_at(&[2; PAGE], (2 * MIB - PAGE) as u64);
        late.expect("a write");
        assert_eq!(old.read_into(0..1, &mut [0]), Err(StoreError::Lost));
        assert_eq!(store.write::<u8>(1).expect_err("lost"), StoreError::Lost);
        assert_eq!(store.map::<u8>(1).expect_err("lost"), StoreError::Lost);
    }
}

#[test]
fn a_file_that_is_cut_under_a_writer_is_an_error() {
    in_child("a_file_that_is_cut_under_a_writer_is_an_error", || {
        let folder = Folder::new();
        let store = folder.store();
        let mut writing = store.map::<u8>(20 * MIB).expect("room");
        let file = file_of(folder.path());
        while let Some(chunk) = writing.next_chunk() {
            file.set_len(MIB as u64).expect("cut");
            chunk.fill(1);
        }
        assert_eq!(writing.freeze().expect_err("lost"), StoreError::Lost);
    });
}

#[test]
fn threads_may_lose_the_same_page() {
    in_child("threads_may_lose_the_same_page", || {
        let folder = Folder::new();
        for _ in 0..20 {
            let mapped = map(&folder.store(), 64 * PAGE);
            file_of(folder.path()).set_len(0).expect("cut");
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| assert!(mapped.iter().all(|&byte| byte == 0)));
                }
            });
            assert_eq!(mapped.close(), Err(StoreError::Lost));
        }
    });
}

#[test]
fn other_lost_pages_go_to_the_handler_before() {
    const NAME: &str = "other_lost_pages_go_to_the_handler_before";
    extern "C" fn before(_: libc::c_int) {
        println!("before");
        std::process::exit(7);
    }
    if !is_child(NAME) {
        let ended = run(&mut command(NAME));
        assert_eq!(ended.status.code(), Some(7), "{ended}");
        return;
    }
    let handler: extern "C" fn(libc::c_int) = before;
    // SAFETY: installs a handler; what it does is fine for a fault that this thread makes on purpose.
    unsafe { libc::signal(libc::SIGBUS, handler as libc::sighandler_t) };
    let folder = Folder::new();
    let store = folder.store();
    drop(map(&store, PAGE));
    touch_beyond_a_file(folder);
}

#[test]
fn a_signal_that_is_ignored_and_no_fault_stays_ignored() {
    in_child(
        "a_signal_that_is_ignored_and_no_fault_stays_ignored",
        || {
            // SAFETY: no handler is installed that could do anything.
            unsafe { libc::signal(libc::SIGBUS, libc::SIG_IGN) };
            let folder = Folder::new();
            drop(map(&folder.store(), PAGE));
            // SAFETY: sends a signal to this thread.
            assert_eq!(unsafe { libc::raise(libc::SIGBUS) }, 0);
        },
    );
}

#[test]
fn without_a_handler_the_signal_ends_the_process() {
    use std::os::unix::process::ExitStatusExt;
    const NAME: &str = "without_a_handler_the_signal_ends_the_process";
    if !is_child(NAME) {
        let ended = run(&mut command(NAME));
        assert_eq!(ended.status.signal(), Some(libc::SIGBUS), "{ended}");
        return;
    }
    let folder = Folder::new();
    let store = folder.store();
    drop(map(&store, PAGE));
    touch_beyond_a_file(folder);
}

/// Touches a page of a mapping of the test's own that its file does not have.
fn touch_beyond_a_file(folder: Folder) {
    use std::os::fd::AsRawFd;
    let file = std::fs::File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(folder.path().join("empty"))
        .expect("a file");
    drop(folder); // nobody will do it later
    let (access, null) = (libc::PROT_READ, std::ptr::null_mut());
    // SAFETY: a new mapping at an address of the kernel's choice.
    let at = unsafe { libc::mmap(null, PAGE, access, libc::MAP_SHARED, file.as_raw_fd(), 0) };
    assert_ne!(at, libc::MAP_FAILED);
    // SAFETY: mapped; that the page is not there is what the test is about.
    let byte = unsafe { at.cast::<u8>().read_volatile() };
    panic!("read {byte}");
}

#[test]
fn a_fork_leaves_the_store_alone() {
    in_child("a_fork_leaves_the_store_alone", || {
        let folder = Folder::new();
        let store = folder.plan().encrypt().open().expect("a store");
        let stored = fill(&store, 2 * MIB, 5);
        stored.finish().expect("written");
        // SAFETY: the child only does what the test is about, and leaves.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let refused = stored.read_into(0..1, &mut [0]) == Err(StoreError::Forked)
                && store.write::<u8>(1).is_err()
                && store.trim() == 0;
            drop((stored, store));
            // SAFETY: ends the child without running anything of the parent's.
            unsafe { libc::_exit(i32::from(!refused)) };
        }
        let mut status = 0;
        // SAFETY: our own child, and a place for its status.
        unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!(status, 0, "the child was refused");
        let mut found = vec![0; 2 * MIB];
        stored.read_into(0..2 * MIB, &mut found).expect("a read");
        assert!(found.iter().all(|&byte| byte == 5));
    });
}

#[test]
fn a_store_without_data_ends_with_its_threads() {
    let threads = || {
        std::fs::read_dir("/proc/self/task")
            .expect("threads")
            .count()
    };
    in_child("a_store_without_data_ends_with_its_threads", || {
        let folder = Folder::new();
        let before = threads();
        for _ in 0..20 {
            let store = StorePlan::new()
                .directory(folder.path())
                .open()
                .expect("a store");
            let stored = fill(&store, MIB, 1);
            drop(store);
            assert!(threads() > before);
            drop(stored);
        }
        assert_eq!(threads(), before);
    });
}
