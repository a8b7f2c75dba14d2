//! In a phase with little memory the large blocks of library code lie in a file on a disk, on every thread that
//! takes part; they are memory as any other, and give the disk back when they are freed.

mod common;

use common::child::{command, in_child_with, is_child, limit, run};
use common::disk::{Folder, Mounted, disk_bytes};
use common::memory::anonymous;
use common::{KIB, MIB, PAGE, size, skip_or_fail};
use rayon::prelude::*;
use std::alloc::Layout;
use std::fs;
use std::process::Command;
use zkarena::{
    Lowmem, LowmemStats, PhaseAlloc, PhaseGuard, PhaseTag, Plan, Prefer, StoreError, report, site,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

fn open(policy: Lowmem) -> PhaseGuard<'static> {
    PhaseGuard::root(site!("prove"), Plan::new().lowmem(policy))
}

fn lowmem() -> LowmemStats {
    report().lowmem()
}

/// The line of the mapping that an address is in.
fn mapping_of<T>(at: *const T) -> String {
    let maps = fs::read_to_string("/proc/self/maps").expect("maps");
    let holds = |line: &&str| {
        let range = line
            .split(' ')
            .next()
            .and_then(|range| range.split_once('-'));
        let (start, end) = range.expect("a range");
        let [start, end] = [start, end].map(|hex| usize::from_str_radix(hex, 16).expect("hex"));
        (start..end).contains(&at.addr())
    };
    let line = maps.lines().find(holds);
    line.unwrap_or_default().to_owned()
}

/// Whether a block is in a file that has no name, shared with it.
fn is_in_file<T>(block: &[T]) -> bool {
    let line = mapping_of(block.as_ptr());
    line.contains(" rw-s ") && line.ends_with("(deleted)")
}

/// Runs `body` in a process of its own, whose file is in a directory of its own.
fn with_a_disk(name: &str, body: impl FnOnce(&Folder)) {
    with_settings(name, &[], body);
}

fn with_settings(name: &str, settings: &[(&str, &str)], body: impl FnOnce(&Folder)) {
    let prepare = |command: &mut Command| {
        command.env("ZKARENA_STORE_DIR", "/var/tmp");
        command.envs(settings.iter().copied());
    };
    in_child_with(name, prepare, || {
        let folder = Folder::new();
        // SAFETY: nobody else reads the environment: the store is opened later, and by this thread.
        unsafe { std::env::set_var("ZKARENA_STORE_DIR", folder.path()) };
        body(&folder);
    });
}

fn pattern(len: usize) -> impl Iterator<Item = u64> {
    (0..len as u64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

#[test]
fn large_ones_do_and_small_ones_do_not() {
    with_a_disk("large_ones_do_and_small_ones_do_not", |folder| {
        let before = vec![1u8; 4 * MIB];
        let guard = open(Lowmem::new());
        let (large, small) = (vec![2u8; MIB], vec![3u8; MIB - 1]);
        assert!(is_in_file(&large), "{}", mapping_of(large.as_ptr()));
        assert!(mapping_of(large.as_ptr()).contains(&folder.path().display().to_string()));
        assert!(!is_in_file(&small) && !is_in_file(&before));
        assert_eq!(size(lowmem().file_bytes), MIB);
        guard.finish().expect("no loss");
        assert!(!is_in_file(&vec![4u8; 4 * MIB]), "after the phase");
        assert!(folder.names().is_empty(), "the file has no name");
    });
}

#[test]
fn blocks_read_zero_and_hold_what_is_written_also_after_their_phase() {
    let name = "blocks_read_zero_and_hold_what_is_written_also_after_their_phase";
    with_a_disk(name, |_| {
        let guard = open(Lowmem::new());
        let len = 3 * MIB + 5;
        for _ in 0..3 {
            let mut block = vec![0u64; len];
            assert!(is_in_file(&block) && block.iter().all(|&word| word == 0));
            block
                .iter_mut()
                .zip(pattern(len))
                .for_each(|(to, word)| *to = word);
        }
        let kept: Vec<u64> = pattern(len).collect();
        assert!(is_in_file(&kept));
        guard.finish().expect("no loss");
        let phases = report();
        let prove = phases.phases().last().expect("the phase");
        assert_eq!(
            (prove.survivors.blocks, prove.survivors.bytes),
            (1, 8 * kept.capacity() as u64)
        );
        std::thread::spawn(move || {
            assert!(kept.iter().copied().eq(pattern(len)));
            drop(kept);
        })
        .join()
        .expect("the content");
        assert_eq!(lowmem().file_bytes, 0);
    });
}

#[test]
fn memory_without_a_file_stays_small() {
    with_a_disk("memory_without_a_file_stays_small", |_| {
        let _warm = vec![1u8; MIB];
        let before = anonymous();
        let guard = open(Lowmem::new().require());
        let blocks: Vec<Vec<u8>> = (0..16u8).map(|byte| vec![byte + 1; 16 * MIB]).collect();
        let grown = anonymous().saturating_sub(before);
        assert!(grown < 16 * MIB, "{grown} bytes for 256 MiB in a file");
        assert!(
            blocks
                .iter()
                .zip(1u8..)
                .all(|(block, byte)| block.iter().all(|&found| found == byte))
        );
        drop(blocks);
        guard.finish().expect("no loss");
    });
}

#[test]
fn blocks_grow_and_shrink_and_keep_their_content() {
    with_a_disk("blocks_grow_and_shrink_and_keep_their_content", |_| {
        let guard = open(Lowmem::new().min(256 * KIB));
        let mut block: Vec<u64> = Vec::new();
        block.extend(pattern(2 * MIB)); // grows again and again
        assert!(is_in_file(&block));
        for len in [MIB, MIB / 2 + 1, 40 * KIB, 20 * KIB, 100] {
            block.truncate(len);
            block.shrink_to_fit();
            assert!(block.iter().copied().eq(pattern(len)), "{len}");
            assert_eq!(
                size(lowmem().file_bytes),
                if len * 8 < 128 * KIB {
                    0
                } else {
                    (8 * len).next_multiple_of(PAGE)
                }
            );
        }
        block.clear();
        block.extend(pattern(MIB));
        assert!(is_in_file(&block) && block.iter().copied().eq(pattern(MIB)));
        drop(guard);
        block.extend_from_within(..);
        assert!(
            block[MIB..].iter().copied().eq(pattern(MIB)),
            "after the phase"
        );
    });
}

#[test]
fn the_disk_is_given_back() {
    with_a_disk("the_disk_is_given_back", |folder| {
        let guard = open(Lowmem::new());
        let mut blocks: Vec<Vec<u8>> = (0..8).map(|_| vec![1; 4 * MIB]).collect();
        let file = file_of_blocks(folder);
        assert!(disk_bytes(&file) >= 32 << 20);
        blocks.truncate(3);
        assert!(disk_bytes(&file) < (12 << 20) + (256 << 10));
        drop(blocks);
        drop(guard);
        assert!(disk_bytes(&file) < 256 << 10);
        assert_eq!(lowmem().file_bytes, 0);
        assert_eq!(size(lowmem().file_peak_bytes), 32 * MIB);
    });
}

/// The file with blocks of the disk: the store's own has none.
fn file_of_blocks(folder: &Folder) -> fs::File {
    let entries = fs::read_dir("/proc/self/fd")
        .expect("descriptors")
        .flatten();
    let files = entries.filter_map(|entry| {
        let target = fs::read_link(entry.path()).ok()?;
        let ours = target.starts_with(folder.path());
        ours.then(|| {
            fs::File::options()
                .read(true)
                .write(true)
                .open(entry.path())
                .expect("the file")
        })
    });
    files.max_by_key(disk_bytes).expect("a file")
}

#[test]
fn workers_take_part() {
    with_a_disk("workers_take_part", |_| {
        let check = |block: Vec<u8>| assert!(is_in_file(&block));
        let guard = open(Lowmem::new());
        (0..64).into_par_iter().for_each(|_| check(vec![1; MIB]));
        let tag = PhaseTag::current();
        std::thread::scope(|scope| {
            scope.spawn(|| check(vec![1; MIB]));
            scope.spawn(|| tag.enter(|| check(vec![1; MIB])));
        });
        {
            let _inside = PhaseGuard::root(site!("inside"), Plan::new());
            check(vec![1; MIB]);
            // Beside another root phase nobody knows whose a worker's blocks are.
            let other = std::thread::spawn(move || {
                let _other = PhaseGuard::root(site!("other"), Plan::new());
                assert!(
                    !is_in_file(&vec![1u8; MIB]),
                    "a phase of its own, without a policy"
                );
                rayon::scope(|scope| scope.spawn(|_| check(vec![1; MIB])));
            });
            other.join().expect("the other phase");
        }
        drop(guard);
        assert_eq!((lowmem().file_bytes, lowmem().beyond_bytes), (0, 0));
    });
}

#[test]
fn many_threads_at_once() {
    with_a_disk("many_threads_at_once", |_| {
        let guard = open(Lowmem::new().min(128 * KIB).require());
        (0..400u64).into_par_iter().for_each(|seed| {
            let len = (16 + usize::try_from(seed % 37).expect("small")) * KIB;
            let mut block: Vec<u64> = vec![seed; len];
            assert!(is_in_file(&block));
            block.resize(3 * len, seed + 1);
            assert!(block[..len].iter().all(|&word| word == seed));
            assert!(block[len..].iter().all(|&word| word == seed + 1));
        });
        guard.finish().expect("no loss");
        assert_eq!(lowmem().file_bytes, 0);
    });
}

#[test]
fn all_alignments() {
    with_a_disk("all_alignments", |_| {
        let _guard = open(Lowmem::new().require());
        for log in 0..=23 {
            let layout = Layout::from_size_align(3 * MIB, 1 << log).expect("a layout");
            // SAFETY: the size is not zero.
            let start = unsafe { std::alloc::alloc_zeroed(layout) };
            assert!(!start.is_null() && start.addr().is_multiple_of(1 << log));
            // SAFETY: the block is ours, has that many bytes, and reads zero.
            let block = unsafe { std::slice::from_raw_parts_mut(start, 3 * MIB) };
            assert!(is_in_file(block) && block.iter().all(|&byte| byte == 0));
            block.fill(7);
            // SAFETY: the block was made just now with this layout.
            unsafe { std::alloc::dealloc(start, layout) };
        }
        assert_eq!(lowmem().file_bytes, 0);
    });
}

#[test]
fn a_budget_of_memory_comes_first() {
    let name = "a_budget_of_memory_comes_first";
    with_settings(name, &[("ZKARENA_RAM", "8MiB")], |_| {
        let _guard = open(Lowmem::new());
        let (first, second, third) = (vec![1u8; 5 * MIB], vec![2u8; 4 * MIB], vec![3u8; 3 * MIB]);
        assert!(!is_in_file(&first) && is_in_file(&second) && !is_in_file(&third));
        assert_eq!(size(lowmem().ram_bytes), 8 * MIB);
        drop(first);
        assert_eq!(size(lowmem().ram_bytes), 3 * MIB);
        let mut grown = vec![4u8; 5 * MIB];
        assert!(!is_in_file(&grown));
        grown.resize(6 * MIB, 5); // no room any more
        assert!(is_in_file(&grown) && grown[..5 * MIB].iter().all(|&byte| byte == 4));
        assert_eq!(size(lowmem().ram_bytes), 3 * MIB);
        {
            let _inside = open(Lowmem::new().prefer(Prefer::File));
            assert!(is_in_file(&vec![6u8; MIB]));
        }
        drop(third);
        drop((second, grown));
        assert_eq!(
            (
                lowmem().ram_bytes,
                lowmem().file_bytes,
                lowmem().beyond_bytes
            ),
            (0, 0, 0)
        );
    });
}

#[test]
fn blocks_on_the_budget_leave_it_when_they_are_freed_elsewhere() {
    let name = "blocks_on_the_budget_leave_it_when_they_are_freed_elsewhere";
    with_settings(name, &[("ZKARENA_RAM", "64MiB")], |_| {
        let kept = {
            let _guard = open(Lowmem::new());
            vec![1u8; 4 * MIB]
        };
        assert_eq!(size(lowmem().ram_bytes), 4 * MIB);
        let mut kept = std::thread::spawn(move || kept).join().expect("the block");
        kept.extend_from_slice(&[2; 10]); // outside of the phase: memory as any other
        assert_eq!(lowmem().ram_bytes, 0);
        assert!(kept[..4 * MIB].iter().all(|&byte| byte == 1));
    });
}

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
