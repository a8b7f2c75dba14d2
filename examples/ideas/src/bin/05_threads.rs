//! Threads: workers take part in a phase by themselves; two provers at once hand out tags.
//!
//! A thread that opened no phase of its own counts in the process's only open root phase, so rayon
//! workers need no registration. With two root phases open at once such a worker could belong to
//! either; what it allocates is then counted as shared, unless it enters a `PhaseTag`. All this is
//! about figures only: memory is as valid with a wrong tag as with the right one.
#![forbid(unsafe_code)]

use rayon::{ThreadPoolBuilder, prelude::*};
use std::{hint::black_box, sync::Barrier};
use zkarena::{PhaseAlloc, PhaseTag, phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const MIB: u64 = 1 << 20;

fn one_mib(_: u64) {
    drop(black_box(vec![1u8; 1 << 20]));
}

/// Allocates `jobs` MiB on the workers of a pool of its own, in the phase of the caller.
fn prove(jobs: u64, both_are_open: &Barrier) {
    both_are_open.wait();
    let tag = PhaseTag::current(); // of this thread: what the workers cannot know
    let pool = ThreadPoolBuilder::new().num_threads(2).build();
    let pool = pool.expect("two threads");
    let job = |at| tag.enter(|| one_mib(at));
    pool.install(|| (0..jobs).into_par_iter().for_each(job));
    both_are_open.wait();
}

fn main() {
    phase("alone", || (0..64).into_par_iter().for_each(one_mib));

    let both_are_open = &Barrier::new(2);
    std::thread::scope(|scope| {
        scope.spawn(|| phase("left", || prove(10, both_are_open)));
        scope.spawn(|| phase("right", || prove(30, both_are_open)));
    });

    let report = zkarena::report();
    println!("{report}");

    let mib_of = |name| {
        let site = report.sites().iter().find(|site| site.name == name);
        site.expect("a phase that ran").allocated_bytes / MIB
    };
    assert_eq!(["alone", "left", "right"].map(mib_of), [64, 10, 30]);
    assert!(report.shared_bytes() < MIB); // the pools themselves
}
