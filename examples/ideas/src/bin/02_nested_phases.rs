//! Nested phases: a closure is enough, and the report is a tree.
//!
//! `zkarena::phase("name", || ..)` is `#[zk_phase]` for a block. A phase opened inside another is
//! its child, and the figures of the parent include those of its children. The report has one line
//! per place in the source as seen from the phase around it, however often that place runs.
//! In a function with `#[zk_phase]` the name `phase` is that of its handle: write `zkarena::phase`.
#![forbid(unsafe_code)]

use std::hint::black_box;
use std::panic::{catch_unwind, resume_unwind};
use zkarena::{PhaseAlloc, SiteReport, phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const MIB: usize = 1 << 20;

fn main() {
    phase("prove", || {
        let trace = phase("trace", || vec![1u8; 16 * MIB]);
        let fold = |round| drop(black_box(trace[..(4 * MIB) >> round].to_vec()));
        phase("commit", || {
            (0..3).for_each(|round| phase("fold", || fold(round)));
        });
    });
    // A panic ends the phases that it leaves, so what comes next is a root again.
    let panic = catch_unwind(|| phase("doomed", || resume_unwind(Box::new("no luck"))));
    panic.expect_err("the panic goes on after the phase has ended");
    phase("next", || ());

    let report = zkarena::report();
    println!("{report}");

    let paths = report.sites().iter().map(|site| site.path.as_str());
    assert!(paths.eq("prove prove/trace prove/commit prove/commit/fold doomed next".split(' ')));
    let [prove, trace, _, fold, ..] = report.sites() else {
        unreachable!("six sites")
    };
    assert_eq!((fold.runs, fold.allocated_bytes), (3, 7 * MIB as u64));
    let high_water = |site: &SiteReport| site.high_water_bytes / MIB as u64;
    assert_eq!([prove, trace, fold].map(high_water), [20, 16, 4]);
    assert_eq!((trace.survivors.blocks, prove.survivors.blocks), (1, 0));
}
