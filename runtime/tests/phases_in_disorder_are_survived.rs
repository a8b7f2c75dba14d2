//! Guards dropped out of order, forgotten, nested too deep, or too many at once: figures stay sane,
//! nothing breaks, and what was not measured is counted.

mod common;

use common::child::by_itself;
use std::sync::Barrier;
use std::thread;
use zkarena::{PhaseAlloc, PhaseGuard, PhaseReport, Site, phase, report};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const MIB: usize = 1 << 20;

fn runs_of(name: &str) -> Vec<PhaseReport> {
    report()
        .phases()
        .iter()
        .filter(|phase| phase.name == name)
        .cloned()
        .collect()
}

fn block(bytes: usize) -> Vec<u8> {
    vec![1; bytes]
}

#[test]
fn guards_dropped_out_of_order() {
    static OUTER: Site = Site::new("disorder_outer", "", "", 1);
    static INNER: Site = Site::new("disorder_inner", "", "", 2);
    if !by_itself() {
        return;
    }
    let outer = PhaseGuard::open(&OUTER);
    let one = block(MIB);
    let inner = PhaseGuard::open(&INNER);
    let two = block(2 * MIB);
    drop(outer);
    let three = block(4 * MIB); // the inner phase is still open
    drop((one, two));
    drop(inner);
    drop(three);
    let (outer, inner) = (&runs_of("disorder_outer")[0], &runs_of("disorder_inner")[0]);
    assert_eq!(
        (outer.allocated_bytes, outer.survivors.bytes),
        (3 * MIB as u64, 3 * MIB as u64)
    );
    assert_eq!(
        (inner.allocated_bytes, inner.high_water_bytes),
        (6 * MIB as u64, 6 * MIB as u64)
    );
    assert_eq!(
        (inner.survivors.bytes, inner.survivors.blocks),
        (4 * MIB as u64, 1)
    );
    phase("disorder_after", || drop(block(MIB)));
    let after = &runs_of("disorder_after")[0];
    assert_eq!(
        (after.depth, after.allocated_bytes),
        (0, MIB as u64),
        "both ended"
    );
}

fn recurse(levels: usize) {
    if levels > 0 {
        phase("recursion", || {
            drop(block(MIB));
            recurse(levels - 1);
        });
    }
}

#[test]
fn recursion_deeper_than_32() {
    if !by_itself() {
        return;
    }
    let before = report().untracked_phases();
    recurse(50);
    let runs = runs_of("recursion");
    assert_eq!(runs.len(), 32, "levels are measured");
    assert_eq!(
        report().untracked_phases() - before,
        18,
        "levels are counted"
    );
    for run in &runs {
        let inside = u64::from(50 - run.depth) * MIB as u64;
        assert_eq!(
            run.allocated_bytes, inside,
            "depth {}: with all that was nested in it, measured or not",
            run.depth
        );
    }
    phase("recursion_after", || ());
    assert_eq!(runs_of("recursion_after")[0].depth, 0);
}

/// Opens `each` nested phases on each of `threads` threads, all at once; returns how many were not measured.
fn open_at_once(name: &'static str, threads: usize, each: usize) -> usize {
    let before = report();
    let measured = |of: &zkarena::Report| {
        of.sites()
            .iter()
            .filter(|site| site.name == name)
            .map(|site| site.runs)
            .sum::<u64>()
    };
    let meet = Barrier::new(threads);
    thread::scope(|scope| {
        for _ in 0..threads {
            let work = || {
                let site = Site::new(name, "", "", 3);
                let mut open: Vec<PhaseGuard> =
                    (0..each).map(|_| PhaseGuard::open(&site)).collect();
                meet.wait();
                drop(block(MIB));
                while open.pop().is_some() {}
            };
            thread::Builder::new()
                .stack_size(256 << 10)
                .spawn_scoped(scope, work)
                .expect("a thread");
        }
    });
    let after = report();
    let untracked = after.untracked_phases() - before.untracked_phases();
    let tracked = measured(&after) - measured(&before);
    assert_eq!(
        tracked + untracked,
        (threads * each) as u64,
        "every phase is either measured or counted"
    );
    usize::try_from(untracked).expect("a count")
}

#[test]
fn a_thousand_phases_open_at_once_are_all_measured() {
    if !by_itself() {
        return;
    }
    assert_eq!(
        open_at_once("thousand", 50, 20),
        0,
        "phases were not measured"
    );
}

#[test]
fn two_thousand_phases_open_at_once() {
    if !by_itself() {
        return;
    }
    let untracked = open_at_once("two_thousand", 100, 20);
    assert!(
        untracked >= 2000 - 1023,
        "only 1,023 can be measured at once, and {untracked} were not"
    );
    phase("two_thousand_after", || drop(block(MIB)));
    let after = &runs_of("two_thousand_after")[0];
    assert_eq!(
        (after.depth, after.allocated_bytes, after.survivors.bytes),
        (0, MIB as u64, 0),
        "all is as before"
    );
}

/// Slots are reused in turn: what is free is found although what comes next is taken.
#[test]
fn one_phase_after_the_other_while_many_stay_open() {
    if !by_itself() {
        return;
    }
    let (threads, each) = (20, 25);
    let meet = Barrier::new(threads + 1);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let site = Site::new("stays", "", "", 4);
                let mut open: Vec<PhaseGuard> =
                    (0..each).map(|_| PhaseGuard::open(&site)).collect();
                meet.wait();
                meet.wait();
                while open.pop().is_some() {}
            });
        }
        meet.wait();
        let before = report().untracked_phases();
        (0..2000).for_each(|_| phase("comes_and_goes", || ()));
        let untracked = report().untracked_phases() - before;
        meet.wait();
        assert_eq!(
            untracked, 0,
            "500 of 1,023 were open, yet phases were not measured"
        );
    });
}

#[test]
fn many_runs_are_summed_though_only_the_latest_are_kept() {
    if !by_itself() {
        return;
    }
    (0..3000).for_each(|_| phase("often", || drop(block(8 << 10))));
    let report = report();
    let site = report
        .sites()
        .iter()
        .find(|site| site.name == "often")
        .expect("a site");
    assert_eq!(
        (site.runs, site.allocated_blocks, site.allocated_bytes),
        (3000, 3000, 3000 * (8 << 10))
    );
    assert_eq!(report.phases().len(), 1024);
    assert_eq!(site.survivors.blocks, 0);
}

/// Last by its name: the phase stays open for good.
#[test]
fn z_a_forgotten_guard_harms_nobody_else() {
    static SITE: Site = Site::new("forgotten", "", "", 5);
    if !by_itself() {
        return;
    }
    thread::spawn(|| std::mem::forget(PhaseGuard::open(&SITE)))
        .join()
        .expect("a thread");
    let kept = phase("beside_forgotten", || block(MIB));
    assert!(kept.iter().all(|&byte| byte == 1));
    assert_eq!(runs_of("beside_forgotten")[0].allocated_bytes, MIB as u64);
    assert!(runs_of("forgotten").is_empty(), "it never ended");
    assert!(zkarena::trim() > 0 || report().heap().retained_bytes == 0);
}
