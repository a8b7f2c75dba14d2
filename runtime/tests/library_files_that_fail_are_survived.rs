//! Where library code's file has no room, is not to be had, or is lost, and where its blocks must not go there:
//! no signal, no silence, and the content of what is in memory.

mod common;

use common::child::{command, in_child_with, is_child, limit, run};
use common::disk::{Mounted, disk_bytes};
use common::library::{file_of_blocks, is_in_file, lowmem, open, with_a_disk, with_settings};
use common::{MIB, size, skip_or_fail};
use std::process::Command;
use zkarena::{
    AllocError, Lowmem, PhaseAlloc, PhaseGuard, Plan, StoreError, report, site, zk_phase,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// A file system of 16 MiB, on which the process that runs `body` has its file.
fn on_a_small_disk(name: &str, body: impl FnOnce()) {
    if is_child(name) {
        return body();
    }
    let Some(disk) = Mounted::ext4(16 << 20) else {
        return skip_or_fail("only root may mount");
    };
    let free = disk.free_bytes();
    for _ in 0..20 {
        run(command(name).env("ZKARENA_STORE_DIR", disk.path())).assert_passed();
        assert_eq!(disk.free_bytes(), free);
    }
}

#[test]
fn a_full_disk_is_no_signal() {
    on_a_small_disk("a_full_disk_is_no_signal", || {
        let guard = open(Lowmem::new());
        let blocks: Vec<Vec<u8>> = (0..32u8).map(|byte| vec![byte; MIB]).collect();
        let in_file = blocks.iter().filter(|block| is_in_file(block)).count();
        assert!((4..16).contains(&in_file), "{in_file}");
        assert_eq!(size(lowmem().file_bytes), in_file * MIB);
        assert_eq!(size(lowmem().file_peak_bytes), in_file * MIB);
        assert_eq!(size(lowmem().beyond_bytes), (32 - in_file) * MIB);
        assert!(
            report().to_string().contains("went to memory beyond"),
            "{}",
            report()
        );
        assert!(
            blocks
                .iter()
                .zip(0u8..)
                .all(|(block, byte)| block.iter().all(|&found| found == byte))
        );
        drop(blocks);
        assert!(is_in_file(&vec![1u8; 4 * MIB]), "there is room again");
        guard.finish().expect("no loss");
    });
}

#[test]
fn a_required_file_that_is_full_is_a_null_pointer() {
    on_a_small_disk("a_required_file_that_is_full_is_a_null_pointer", || {
        let _guard = open(Lowmem::new().require());
        let mut blocks = Vec::new();
        let refused = loop {
            let mut block = Vec::<u8>::new();
            match block.try_reserve_exact(MIB) {
                Ok(()) => block.resize(MIB, 9),
                Err(refused) => break refused,
            }
            blocks.push(block);
        };
        assert!((4..16).contains(&blocks.len()), "{refused}");
        let mut last = blocks.pop().expect("a block");
        last.try_reserve_exact(32 * MIB)
            .expect_err("nor can one grow");
        assert!(last.iter().all(|&byte| byte == 9) && is_in_file(&last));
        assert_eq!(size(lowmem().refused_bytes), MIB + 33 * MIB);
        assert_eq!(lowmem().beyond_bytes, 0);
    });
}

#[test]
fn limits_on_files_and_on_the_disk() {
    let name = "limits_on_files_and_on_the_disk";
    let prepare = |command: &mut Command| {
        command.env("ZKARENA_DISK", "6MiB");
        limit(command, libc::RLIMIT_FSIZE, 4 << 20);
    };
    in_child_with(name, prepare, || {
        let _guard = open(Lowmem::new());
        let blocks: Vec<Vec<u8>> = (0..8u8).map(|byte| vec![byte; MIB]).collect();
        let in_file = |block: &Vec<u8>| is_in_file(block);
        assert_eq!(blocks.iter().filter(|block| in_file(block)).count(), 4);
    });
}

#[test]
fn the_budget_of_the_disk_is_that_of_the_store() {
    let name = "the_budget_of_the_disk_is_that_of_the_store";
    with_settings(name, &[("ZKARENA_DISK", "6MiB")], |_| {
        let store = zkarena::Store::of_process().expect("a store");
        let stored = store.write::<u8>(3 * MIB).expect("room");
        let _guard = open(Lowmem::new());
        let blocks: Vec<Vec<u8>> = (0..8u8).map(|byte| vec![byte; MIB]).collect();
        assert_eq!(blocks.iter().filter(|block| is_in_file(block)).count(), 3);
        assert_eq!(size(store.stats().disk_bytes), 6 * MIB);
        assert!(matches!(
            store.write::<u8>(1),
            Err(StoreError::Budget { .. })
        ));
        drop(blocks);
        assert!(store.write::<u8>(MIB).is_ok());
        drop(stored);
    });
}

#[test]
fn without_a_directory_blocks_stay_in_memory_unless_that_is_refused() {
    let name = "without_a_directory_blocks_stay_in_memory_unless_that_is_refused";
    let prepare = |command: &mut Command| {
        command.env("ZKARENA_STORE_DIR", "/proc");
    };
    in_child_with(name, prepare, || {
        let guard = open(Lowmem::new());
        assert!(!is_in_file(&vec![1u8; MIB]));
        assert_eq!(size(lowmem().beyond_bytes), MIB);
        drop(guard);
        let plan = Plan::new().lowmem(Lowmem::new().require());
        let refused = PhaseGuard::try_root(site!("prove"), plan).expect_err("no file");
        assert!(
            refused.to_string().contains("Store::of_process"),
            "{refused}"
        );
    });
}

#[test]
fn switched_off_nothing_goes_to_a_file() {
    let name = "switched_off_nothing_goes_to_a_file";
    with_settings(name, &[("ZKARENA", "off")], |_| {
        let guard = open(Lowmem::new());
        assert!(!is_in_file(&vec![1u8; MIB]));
        drop(guard);
        let plan = Plan::new().lowmem(Lowmem::new().require());
        let refused = PhaseGuard::try_root(site!("prove"), plan).expect_err("switched off");
        assert!(
            refused.to_string().contains("global allocator"),
            "{refused}"
        );
    });
}

#[test]
fn a_witness_stays_in_memory() {
    with_a_disk("a_witness_stays_in_memory", |_| {
        let witness = Plan::new().witness();
        let refused = PhaseGuard::try_root(site!("prove"), witness.lowmem(Lowmem::new()));
        let refused = refused.expect_err("a contradiction").to_string();
        assert!(refused.contains("as they are"), "{refused}");
        let both = Plan::new().lowmem(Lowmem::new().encrypt().require());
        let refused = PhaseGuard::try_root(site!("prove"), both).expect_err("a contradiction");
        assert!(
            refused.to_string().contains("cannot be encrypted"),
            "{refused}"
        );

        for plan in [witness.lowmem(Lowmem::new().encrypt()), witness] {
            let _witness = PhaseGuard::root(site!("prove"), plan);
            assert!(!is_in_file(&vec![1u8; 2 * MIB]));
            let _inside = open(Lowmem::new());
            assert!(!is_in_file(&vec![1u8; 2 * MIB]), "a witness comes first");
        }
        let _outside = open(Lowmem::new());
        assert!(is_in_file(&vec![1u8; 2 * MIB]));
        let _witness = PhaseGuard::root(site!("prove"), witness);
        assert!(!is_in_file(&vec![1u8; 2 * MIB]));
        assert_eq!(lowmem().beyond_bytes, 0);
    });
}

#[test]
fn what_encrypts_stays_in_memory() {
    with_a_disk("what_encrypts_stays_in_memory", |_| {
        let _guard = open(Lowmem::new().encrypt());
        assert!(!is_in_file(&vec![1u8; 2 * MIB]));
        assert_eq!(size(lowmem().beyond_bytes), 2 * MIB);
    });
}

/// Forks; whether the child's `work` says so.
fn in_fork(work: impl FnOnce() -> bool) -> bool {
    // SAFETY: no other thread of this process has a lock of the allocator for long; the child leaves by `_exit`.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let fine = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        // SAFETY: ends the process; nothing runs after it.
        unsafe { libc::_exit(i32::from(!fine.unwrap_or(false))) };
    }
    let mut status = -1;
    // SAFETY: `child` is our child and `status` a valid place for the answer.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    status == 0
}

#[test]
fn a_forked_child_has_its_own() {
    with_a_disk("a_forked_child_has_its_own", |folder| {
        let _guard = open(Lowmem::new());
        let (mut written, mut freed) = (vec![1u8; 2 * MIB], vec![2u8; 2 * MIB]);
        let disk = disk_bytes(&file_of_blocks(folder));
        let child = || {
            let seen = written.iter().all(|&byte| byte == 1) && freed.iter().all(|&byte| byte == 2);
            written.fill(3);
            drop(std::mem::take(&mut freed));
            let own = vec![4u8; 2 * MIB];
            let mut grown = std::mem::take(&mut written);
            grown.resize(4 * MIB, 5);
            seen && !is_in_file(&own) && grown[2 * MIB - 1] == 3 && grown[2 * MIB] == 5
        };
        assert!(in_fork(child), "the child");
        assert!(
            written.iter().all(|&byte| byte == 1),
            "the child wrote to its parent's"
        );
        assert!(
            freed.iter().all(|&byte| byte == 2),
            "the child freed its parent's"
        );
        assert_eq!(disk_bytes(&file_of_blocks(folder)), disk);
        assert!(is_in_file(&vec![1u8; MIB]));
    });
}

#[test]
fn a_file_that_is_cut_reads_zero_and_is_told() {
    with_a_disk("a_file_that_is_cut_reads_zero_and_is_told", |folder| {
        let guard = open(Lowmem::new());
        let mut block = vec![7u8; 2 * MIB];
        file_of_blocks(folder)
            .set_len(MIB as u64)
            .expect("a shorter file");
        assert!(block[..MIB].iter().all(|&byte| byte == 7));
        assert!(block[MIB..].iter().all(|&byte| byte == 0));
        block.fill(1);
        assert!(lowmem().lost && report().to_string().contains("is gone"));
        assert!(!is_in_file(&vec![1u8; MIB]), "nothing more goes there");
        assert_eq!(guard.finish(), Err(StoreError::Lost));
    });
}

/// Fills a block, has something happen to the file, and adds the bytes up.
#[zk_phase(try)]
#[zkarena::lowmem]
fn sum(happens: impl FnOnce()) -> Result<usize, AllocError> {
    let block = vec![1u8; 2 * MIB];
    happens();
    Ok(block.iter().map(|&byte| usize::from(byte)).sum())
}

#[test]
fn a_fallible_phase_returns_what_was_lost_as_an_error() {
    let name = "a_fallible_phase_returns_what_was_lost_as_an_error";
    with_a_disk(name, |folder| {
        assert_eq!(sum(|| ()), Ok(2 * MIB));
        let cut = || file_of_blocks(folder).set_len(MIB as u64).expect("cut");
        let refused = sum(cut).expect_err("half of it is gone");
        assert!(
            refused.to_string().contains("their file was cut"),
            "{refused}"
        );
        assert!(sum(|| ()).is_err(), "nobody looks at it any more");
    });
}
