//! Under limits of the kernel the program works, falls back to the inner allocator, and hears of a
//! failed allocation as a value.

mod common;

use common::block::Block;
use common::child::{command, in_child_with, is_child, limit, run};
use common::random::Random;
use common::{GIB, KIB, MIB, PAGE};
use std::process::Command;
use zkarena::{AllocatorState, PhaseAlloc, phase, report};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Allocations of all kinds, of up to about 60 MiB at once; contents are checked.
fn work() {
    let mut random = Random::new(1);
    for round in 0..3 {
        phase("work", || {
            let mut held: Vec<Block> = Vec::new();
            for id in 0..150 {
                let bytes = random.size(KIB, 512 * KIB);
                let block = if random.one_in(3) {
                    Block::zeroed(bytes, 8, id)
                } else {
                    Block::new(bytes, 64, id)
                };
                let mut block = block.expect("memory");
                assert!(block.resize(random.size(KIB, 512 * KIB)));
                held.push(block);
                if random.one_in(3) {
                    held.swap_remove(random.below(held.len()));
                }
            }
            std::thread::Builder::new()
                .stack_size(128 << 10)
                .spawn(move || drop(held))
                .expect("a thread")
                .join()
                .expect("its end");
        });
        if round == 1 {
            zkarena::trim();
        }
    }
}

/// More than the limit allows is refused as a value, and what is held stays as it was.
fn impossible(bytes: usize) {
    let mut vec = vec![7u8; 64 * KIB];
    assert!(
        vec.try_reserve_exact(bytes).is_err(),
        "{bytes} bytes under the limit"
    );
    assert!(vec.iter().all(|&byte| byte == 7));
    assert!(
        Block::unwritten(bytes, 8, 1).is_none()
            && Block::zeroed_untouched(bytes, PAGE, 1).is_none()
    );
    let mut block = Block::new(64 * KIB, 8, 2).expect("memory");
    assert!(!block.resize(bytes), "{bytes} bytes under the limit");
    block.check();
    assert!(
        Vec::<u8>::new()
            .try_reserve_exact(isize::MAX as usize)
            .is_err()
    );
}

/// Allocates until there is no more, twice: all of it is sound, and all of it comes back.
fn to_the_brim(most: usize) {
    let fill = || {
        let mut held = Vec::with_capacity(most / MIB);
        while let Some(block) = Block::new(MIB, 8, held.len() as u64) {
            held.push(block);
            assert!(
                held.len() * MIB <= most,
                "more than the limit was handed out"
            );
        }
        held.iter().for_each(Block::check);
        held.len()
    };
    let first = fill();
    zkarena::trim();
    let second = fill();
    assert!(
        first >= 32 && second + 16 >= first,
        "{first} MiB the first time, {second} the second"
    );
    println!("{first} MiB, then {second}; {:?}", report().heap());
}

fn state() -> AllocatorState {
    report().allocator()
}

#[test]
fn half_a_gibibyte_of_addresses() {
    in_child_with(
        "half_a_gibibyte_of_addresses",
        |child| {
            limit(child, libc::RLIMIT_AS, (512 * MIB) as u64);
        },
        || {
            work();
            assert_eq!(
                state(),
                AllocatorState::Installed,
                "the heap takes its share"
            );
            assert!(report().heap().reserved_bytes <= 256 * MIB as u64);
            impossible(GIB);
            to_the_brim(512 * MIB);
            work();
        },
    );
}

#[test]
fn two_gibibytes_of_addresses() {
    in_child_with(
        "two_gibibytes_of_addresses",
        |child| {
            limit(child, libc::RLIMIT_AS, (2 * GIB) as u64);
        },
        || {
            work();
            assert_eq!(state(), AllocatorState::Installed);
            impossible(3 * GIB);
            // More than the heap's share: the inner allocator has the rest.
            let beyond = Block::zeroed_untouched(1200 * MIB, 8, 1);
            assert!(beyond.is_none_or(|block| block.len() == 1200 * MIB));
            work();
        },
    );
}

/// Bytes of addresses that the process had at most.
fn most_addresses() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmPeak:"))
        .expect("VmPeak");
    line.split_whitespace()
        .next()
        .and_then(|kib| kib.parse::<usize>().ok())
        .expect("a number of kB")
        * KIB
}

#[test]
fn too_few_addresses_for_a_heap() {
    const TELL: &str = "TELL_MOST_ADDRESSES";
    let name = "too_few_addresses_for_a_heap";
    let work = || {
        let held: Vec<Block> = (0..10)
            .map(|id| Block::new(20 * KIB, 8, id).expect("memory"))
            .collect();
        phase("without", || drop(held));
    };
    if !is_child(name) {
        // What the program needs by itself, and then so little more that half of it is not to be had.
        let alone = || {
            let mut child = command(name);
            child.env("MALLOC_ARENA_MAX", "1");
            child
        };
        let told = run(alone().env("ZKARENA", "off").env(TELL, "yes"));
        let needs = told
            .assert_passed()
            .stdout
            .split("needs=")
            .nth(1)
            .and_then(|rest| rest.split(';').next()?.parse::<u64>().ok());
        let needs = needs.unwrap_or_else(|| panic!("no figure in {told}"));
        run(limit(&mut alone(), libc::RLIMIT_AS, needs + MIB as u64)).assert_passed();
        return;
    }
    work();
    if std::env::var_os(TELL).is_some() {
        println!("needs={};", most_addresses());
        return;
    }
    assert_eq!(state(), AllocatorState::NoAddressSpace);
    assert!(
        report().to_string().contains("without address space"),
        "{}",
        report()
    );
    assert_eq!(zkarena::trim(), 0);
    impossible(GIB);
}

/// Where the heap has no room a large vector still grows where it is: by the inner allocator's `realloc`.
#[test]
fn a_vector_grows_to_most_of_what_there_is() {
    let few = |child: &mut Command| {
        limit(child, libc::RLIMIT_AS, (300 * MIB) as u64).env("ZKARENA_RESERVE", "1MiB");
    };
    in_child_with("a_vector_grows_to_most_of_what_there_is", few, || {
        let mut block = Block::new(2 * MIB, 8, 1).expect("memory");
        while block.len() < 200 * MIB {
            let bytes = block.len();
            assert!(
                block.resize(bytes + 8 * MIB),
                "from {bytes} bytes: the old and the new place do not fit at once"
            );
        }
        assert!(report().heap().refused_bytes > 0);
    });
}

#[test]
fn a_quarter_gibibyte_of_data() {
    in_child_with(
        "a_quarter_gibibyte_of_data",
        |child| {
            limit(child, libc::RLIMIT_DATA, (256 * MIB) as u64);
        },
        || {
            work();
            assert_eq!(state(), AllocatorState::Installed);
            impossible(GIB);
            to_the_brim(256 * MIB);
            work();
        },
    );
}

/// A heap that is full, on a system that is not: the inner allocator serves what does not fit.
#[test]
fn a_small_reservation() {
    in_child_with(
        "a_small_reservation",
        |child| {
            child.env("ZKARENA_RESERVE", "8MiB");
        },
        || {
            work();
            let heap = report().heap();
            assert_eq!(heap.reserved_bytes, 8 * MIB as u64);
            assert!(
                heap.refused_bytes > 0 && heap.high_water_bytes <= heap.reserved_bytes,
                "{heap:?}"
            );
            // Blocks of both kinds grow past each other and go back to where they came from.
            let mut held: Vec<Block> = (0..40)
                .map(|id| Block::new(512 * KIB, 8, id).expect("memory"))
                .collect();
            for block in &mut held {
                assert!(
                    block.resize(900 * KIB) && block.resize(2 * KIB) && block.resize(300 * KIB)
                );
            }
            drop(held);
            zkarena::trim();
            let heap = report().heap();
            assert!(
                heap.in_use_bytes <= MIB as u64,
                "all blocks of the heap came back to it: {heap:?}"
            );
        },
    );
}

/// A stack that cannot be had: the thread that watches for idleness cannot start.
#[test]
fn no_thread_for_the_watcher() {
    let stack = (1usize << 47).to_string();
    in_child_with(
        "no_thread_for_the_watcher",
        |child| {
            child.env("RUST_MIN_STACK", &stack);
        },
        || {
            assert!(
                std::thread::Builder::new().spawn(|| ()).is_err(),
                "threads start all the same"
            );
            for _ in 0..3 {
                phase("large", || drop(Block::new(64 * MIB, 8, 1)));
                let heap = report().heap();
                assert!(
                    heap.retained_bytes <= 8 * MIB as u64,
                    "nobody will trim later, so it is done now: {heap:?}"
                );
            }
        },
    );
}
