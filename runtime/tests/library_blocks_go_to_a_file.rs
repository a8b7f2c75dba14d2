//! In a phase with little memory the large blocks of library code lie in a file on a disk, on every thread that
//! takes part; they are memory as any other, and give the disk back when they are freed.

mod common;

use common::disk::disk_bytes;
use common::library::{
    file_of_blocks, is_in_file, lowmem, mapping_of, open, with_a_disk, with_settings,
};
use common::memory::anonymous;
use common::{KIB, MIB, PAGE, size};
use rayon::prelude::*;
use std::alloc::Layout;
use zkarena::{Lowmem, PhaseAlloc, PhaseGuard, PhaseTag, Plan, Prefer, report, site};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

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
