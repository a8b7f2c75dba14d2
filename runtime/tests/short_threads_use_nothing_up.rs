//! 10,000 short threads, each with a mebibyte: the heap serves them all, and the process stays flat.

mod common;

use common::memory::resident;
use common::{MIB, child::in_child};
use zkarena::{PhaseAlloc, Retention, report, set_retention};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const THREADS: usize = 10_000;
const AT_ONCE: usize = 8;

fn wave() {
    let work = || {
        let words = vec![std::thread::current().id(); MIB / size_of::<std::thread::ThreadId>()];
        assert!(words[0] == words[words.len() - 1]);
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            std::thread::Builder::new()
                .stack_size(128 << 10)
                .spawn_scoped(scope, work)
                .expect("a thread");
        }
    });
}

#[test]
fn ten_thousand_threads() {
    in_child("ten_thousand_threads", || {
        set_retention(Retention::Retain);
        (0..20).for_each(|_| wave());
        let (before, warm) = (report().heap(), resident());
        for _ in 0..THREADS / AT_ONCE {
            wave();
        }
        let (after, now) = (report().heap(), resident());
        let refused = after.refused_bytes - before.refused_bytes;
        assert!(
            refused <= (THREADS / 100 * MIB) as u64,
            "{refused} bytes were left to the inner allocator"
        );
        assert!(
            after.high_water_bytes >= MIB as u64,
            "the heap did serve: {after:?}"
        );
        assert!(
            after.in_use_bytes <= before.in_use_bytes + MIB as u64,
            "threads leave nothing behind: {before:?}, {after:?}"
        );
        assert!(
            now <= warm + 8 * MIB,
            "{warm} bytes resident after 160 threads, {now} after 10,160"
        );
    });
}

/// More threads than the heap has shards, all alive at once, twice.
#[test]
fn two_hundred_threads_at_once() {
    in_child("two_hundred_threads_at_once", || {
        let meet = std::sync::Barrier::new(200);
        let crowd = || {
            std::thread::scope(|scope| {
                for _ in 0..200 {
                    let work = || {
                        let kept: Vec<Vec<u8>> = (1..=16)
                            .map(|pages| vec![7; pages * common::PAGE])
                            .collect();
                        meet.wait();
                        assert!(kept.iter().all(|block| block.iter().all(|&byte| byte == 7)));
                    };
                    std::thread::Builder::new()
                        .stack_size(128 << 10)
                        .spawn_scoped(scope, work)
                        .expect("a thread");
                }
            });
        };
        crowd();
        let first = report().heap();
        crowd();
        let second = report().heap();
        assert_eq!(second.refused_bytes, 0);
        assert!(
            second.in_use_bytes <= first.in_use_bytes + MIB as u64,
            "{first:?}, {second:?}"
        );
        zkarena::trim();
        assert!(
            report().heap().retained_bytes <= MIB as u64,
            "what ended threads kept is found: {:?}",
            report().heap()
        );
    });
}
