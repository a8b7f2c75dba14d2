//! Where the file of a store is: on a disk, without a name, or nowhere, with the reasons.

mod common;

use common::child::{in_child_with, run};
use common::disk::{Folder, Mounted, file_of};
use common::skip_or_fail;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Command;
use zkarena::{Bytes, Store, StoreError, StorePlan};

/// What is wrong with a directory, which is the only one that is tried.
fn reason(directory: &Path) -> String {
    let refused = StorePlan::new()
        .directory(directory)
        .open()
        .expect_err("no place");
    let text = refused.to_string();
    assert!(text.contains(&directory.display().to_string()), "{text}");
    let StoreError::NoDirectory { tried } = refused else {
        panic!("{refused}");
    };
    assert_eq!((tried.len(), &*tried[0].path), (1, directory));
    tried[0].reason.clone()
}

#[test]
fn memory_is_no_disk() {
    for kind in ["tmpfs", "ramfs"] {
        let Some(mounted) = Mounted::in_memory(kind) else {
            return skip_or_fail("only root may mount");
        };
        assert_eq!(
            reason(mounted.path()),
            "its files are in memory, not on a disk"
        );
    }
}

#[test]
fn a_missing_directory() {
    let folder = Folder::new();
    assert!(reason(&folder.path().join("none")).contains("No such file"));
}

#[test]
fn a_file_is_no_directory() {
    let folder = Folder::new();
    let file = folder.path().join("file");
    std::fs::write(&file, "mine").expect("a file");
    assert!(reason(&file).contains("Not a directory"));
    assert_eq!(std::fs::read(&file).expect("the file"), b"mine");
}

#[test]
fn a_read_only_directory() {
    let Some(mounted) = Mounted::ext4(4 << 20) else {
        return skip_or_fail("only root may mount");
    };
    mounted.make_read_only();
    assert!(reason(mounted.path()).contains("Read-only"));
}

#[test]
fn nothing_has_a_name() {
    let folder = Folder::new();
    let store = folder.store();
    let writing = store.write::<u8>(100).expect("room");
    assert!(folder.names().is_empty());
    let file = file_of(folder.path()).metadata().expect("metadata");
    assert_eq!((file.nlink(), file.mode() & 0o7777), (0, 0o600));
    drop(writing);
}

#[test]
fn a_planted_link_gets_nothing() {
    // Whatever names are planted: the file is none of them.
    let (folder, victim) = (Folder::new(), Folder::new());
    for name in [".zkarena", ".zkarena-0", "zkarena", "store"] {
        symlink(victim.path().join("mine"), folder.path().join(name)).expect("a link");
    }
    let store = folder.store();
    let mut writing = store.write(1000).expect("room");
    writing.append(&[1u8; 1000]).expect("a write");
    writing
        .freeze()
        .expect("written")
        .finish()
        .expect("written");
    assert!(victim.names().is_empty());
    assert_eq!(folder.names().len(), 4);
}

#[test]
fn the_environment_names_the_directory() {
    let folder = Folder::new();
    let named = |command: &mut Command| {
        command.env("ZKARENA_STORE_DIR", folder.path());
        command.env("TMPDIR", "/nowhere");
        command.env("ZKARENA_DISK", "1MiB");
    };
    in_child_with("the_environment_names_the_directory", named, || {
        let directory = std::env::var_os("ZKARENA_STORE_DIR").expect("set");
        let store = Store::of_process().expect("a store");
        assert_eq!(store.directory(), Path::new(&directory));
        let refused = store
            .write::<u8>((1 << 20) + 1)
            .expect_err("over the budget");
        assert!(matches!(
            refused,
            StoreError::Budget {
                budget: 0x10_0000,
                ..
            }
        ));
        // An argument goes before it.
        let other = Folder::new();
        assert_eq!(other.store().directory(), other.path());
        // And it is one store for the whole process.
        let data = store.write::<u8>(5000).expect("room");
        let same = Store::of_process().expect("a store");
        assert_eq!(same.stats().disk_bytes, 8192);
        drop(data);
    });
}

#[test]
fn a_directory_that_is_named_is_the_only_one() {
    let named = |command: &mut Command| {
        command.env("ZKARENA_STORE_DIR", "/nowhere");
    };
    in_child_with("a_directory_that_is_named_is_the_only_one", named, || {
        let refused = Store::of_process()
            .expect_err("no such directory")
            .to_string();
        assert!(
            refused.contains("/nowhere") && !refused.contains("/var/tmp"),
            "{refused}"
        );
    });
}

#[test]
fn unfit_tmpdir_is_passed_over() {
    let memory = Mounted::in_memory("tmpfs");
    let tmpdir = memory.as_ref().map_or(Path::new("/nowhere"), Mounted::path);
    let named = |command: &mut Command| {
        command.env("TMPDIR", tmpdir);
    };
    in_child_with("unfit_tmpdir_is_passed_over", named, || {
        let store = Store::of_process().expect("a store");
        assert_eq!(store.directory(), Path::new("/var/tmp"));
    });
}

#[test]
fn a_bad_budget_is_one_line_and_no_budget() {
    let mut child = common::child::command("a_bad_budget_child");
    let ended = run(child.env("ZKARENA_DISK", "."));
    ended.assert_passed();
    assert!(
        ended
            .stderr
            .contains("zkarena: ZKARENA_DISK=.: a byte size starts with a number"),
        "{ended}"
    );
}

#[test]
fn a_bad_budget_child() {
    if common::child::is_child("a_bad_budget_child") {
        let store = StorePlan::new()
            .disk(Bytes(1 << 20))
            .open()
            .expect("a store");
        assert!(store.write::<u8>(1 << 20).is_ok());
        assert!(store.write::<u8>((1 << 20) + 1).is_err());
    }
}

#[test]
fn two_processes_share_a_directory() {
    let folder = Folder::new();
    let named = |command: &mut Command| {
        command.env("ZKARENA_STORE_DIR", folder.path());
    };
    let fill = |byte: u8| {
        let store = Store::of_process().expect("a store");
        let mut writing = store.write(3 << 20).expect("room");
        writing.append(&vec![byte; 3 << 20]).expect("a write");
        writing.freeze().expect("written")
    };
    let check = |stored: &zkarena::Stored<u8>, byte: u8| {
        let mut found = vec![0; 3 << 20];
        stored.read_into(0..3 << 20, &mut found).expect("a read");
        assert!(found.iter().all(|&found| found == byte));
    };
    let ours = folder.store();
    let mut writing = ours.write(3 << 20).expect("room");
    writing.append(&vec![1; 3 << 20]).expect("a write");
    let stored = writing.freeze().expect("written");
    in_child_with("two_processes_share_a_directory", named, || {
        check(&fill(2), 2);
    });
    check(&stored, 1);
}
