//! Known allocations in known phases: every figure of the report is the one worked out by hand.

mod common;

use common::block::Block;
use common::child::by_itself;
use common::{KIB, MIB, PAGE};
use std::num::ParseIntError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;
use zkarena::{
    PhaseAlloc, PhaseGuard, PhaseReport, PhaseTag, Plan, Site, SiteReport, phase, report, zk_phase,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// The latest run of the phase called `name`.
fn run_of(name: &str) -> PhaseReport {
    let found = report()
        .phases()
        .iter()
        .rev()
        .find(|phase| phase.name == name)
        .cloned();
    found.unwrap_or_else(|| panic!("no report of phase {name}"))
}

fn site_of(path: &str) -> SiteReport {
    let found = report()
        .sites()
        .iter()
        .find(|site| site.path == path)
        .cloned();
    found.unwrap_or_else(|| panic!("no report of site {path}"))
}

fn block(bytes: usize) -> Vec<u8> {
    vec![1; bytes]
}

/// Allocated, high-water, survivors: bytes and blocks.
fn figures(phase: &PhaseReport) -> [u64; 5] {
    let survivors = phase.survivors;
    [
        phase.allocated_bytes,
        phase.allocated_blocks,
        phase.high_water_bytes,
        survivors.bytes,
        survivors.blocks,
    ]
}

fn expect(name: &str, [allocated, blocks, high_water, left, left_blocks]: [usize; 5]) {
    let expected = [allocated, blocks, high_water, left, left_blocks].map(|figure| figure as u64);
    assert_eq!(
        figures(&run_of(name)),
        expected,
        "{name}: allocated, blocks, high-water, survivors, their blocks"
    );
}

#[test]
fn allocated_and_high_water() {
    if !by_itself() {
        return;
    }
    phase("high", || {
        let first = block(MIB);
        let second = block(2 * MIB);
        drop(first);
        let third = block(MIB / 2);
        drop((second, third));
        drop(block(100)); // the inner allocator's
    });
    expect("high", [7 * MIB / 2, 3, 3 * MIB, 0, 0]);
}

#[test]
fn survivors() {
    if !by_itself() {
        return;
    }
    let kept = phase("leaves", || {
        drop(block(10 * MIB));
        [block(3 * MIB), block(5 * MIB + 1), block(PAGE)]
    });
    expect(
        "leaves",
        [18 * MIB + 1 + PAGE, 4, 10 * MIB, 8 * MIB + 1 + PAGE, 3],
    );
    assert_eq!(
        run_of("leaves").survivors.largest_bytes,
        (5 * MIB + PAGE) as u64,
        "in whole pages"
    );
    drop(kept);
    phase("clean", || ());
    expect("clean", [0; 5]);
    assert_eq!(run_of("clean").survivors.largest_bytes, 0);
}

#[test]
fn nested_and_sibling_phases() {
    if !by_itself() {
        return;
    }
    phase("outer", || {
        let own = block(MIB);
        let passed_on = phase("left", || {
            drop(block(4 * MIB));
            block(2 * MIB)
        });
        phase("right", || {
            drop(passed_on); // of the outer phase by now
            drop(block(3 * MIB));
        });
        drop(own);
    });
    expect("left", [6 * MIB, 2, 4 * MIB, 2 * MIB, 1]);
    expect("right", [3 * MIB, 1, 3 * MIB, 0, 0]);
    expect("outer", [10 * MIB, 4, 5 * MIB, 0, 0]);
    let [outer, left] = ["outer", "left"].map(run_of);
    assert_eq!(
        (outer.depth, outer.path.as_str()),
        (0, "outer"),
        "a root has depth 0"
    );
    assert_eq!((left.depth, left.path.as_str()), (1, "outer/left"));
    assert!(outer.started_seconds <= left.started_seconds);
    assert!(outer.wall_seconds >= left.wall_seconds);
}

#[test]
fn a_survivor_of_a_nested_phase_is_one_of_the_outer_until_it_is_freed() {
    if !by_itself() {
        return;
    }
    let kept = phase("around", || {
        let freed = phase("inside", || [block(MIB), block(2 * MIB)]);
        expect("inside", [3 * MIB, 2, 3 * MIB, 3 * MIB, 2]);
        let [one, two] = freed;
        // More phases than are measured at once: what is known of the inner one is forgotten meanwhile.
        (0..1100).for_each(|_| phase("between", || ()));
        drop(one);
        two
    });
    expect("around", [3 * MIB, 2, 3 * MIB, 2 * MIB, 1]);
    drop(kept);
}

#[test]
fn a_block_belongs_to_the_phase_it_was_allocated_in() {
    if !by_itself() {
        return;
    }
    phase("owner", || {
        let mut mine = Block::new(MIB, 8, 1).expect("memory");
        phase("guest", || assert!(mine.resize(MIB / 4)));
        assert_eq!(mine.len(), MIB / 4);
        std::mem::forget(mine);
    });
    expect("guest", [0; 5]);
    expect("owner", [MIB, 1, MIB, MIB / 4, 1]);
}

#[test]
fn growing_in_place_allocates_the_difference() {
    if !by_itself() {
        return;
    }
    zkarena::trim();
    phase("grows", || {
        let mut last = Block::new(40 * MIB, 8, 1).expect("memory"); // larger than any free run: at the top
        let at = last.address();
        assert!(last.resize(50 * MIB));
        assert_eq!(last.address(), at, "the last block grows where it is");
    });
    expect("grows", [50 * MIB, 1, 50 * MIB, 0, 0]);
}

#[test]
fn runs_of_a_site_add_up() {
    if !by_itself() {
        return;
    }
    let mut kept = Vec::new();
    for round in 1..=5 {
        kept.push(phase("summed", || {
            drop(block(round * MIB));
            block(64 * KIB)
        }));
    }
    let site = site_of("summed");
    assert_eq!((site.runs, site.depth), (5, 0));
    assert_eq!(site.allocated_bytes, (15 * MIB + 5 * 64 * KIB) as u64);
    assert_eq!(site.allocated_blocks, 10);
    assert_eq!(site.high_water_bytes, 5 * MIB as u64, "of the greatest run");
    assert_eq!(
        (site.survivors.bytes, site.survivors.blocks),
        (5 * 64 * KIB as u64, 5)
    );
    assert_eq!(site.survivors.largest_bytes, 64 * KIB as u64);
    assert!(
        site.shortest_seconds <= site.longest_seconds && site.longest_seconds <= site.wall_seconds
    );
}

#[test]
fn sites_of_one_name_are_told_apart() {
    if !by_itself() {
        return;
    }
    let run = |bytes| phase("namesake", || drop(block(bytes)));
    run(MIB);
    run(MIB);
    phase("namesake", || drop(block(2 * MIB)));
    let report = report();
    let bytes: Vec<u64> = report
        .sites()
        .iter()
        .filter(|site| site.name == "namesake")
        .map(|site| site.allocated_bytes)
        .collect();
    assert_eq!(bytes, [2 * MIB as u64; 2]);
}

#[test]
fn a_phase_that_panics() {
    if !by_itself() {
        return;
    }
    let outcome = catch_unwind(|| {
        phase("around_panic", || {
            phase("panics", || {
                let _freed = block(MIB);
                std::panic::resume_unwind(Box::new("on purpose")); // a panic without a message
            });
        });
    });
    assert!(outcome.is_err());
    expect("panics", [MIB, 1, MIB, 0, 0]);
    expect("around_panic", [MIB, 1, MIB, 0, 0]);
    phase("after_panic", || drop(block(MIB)));
    assert_eq!(
        run_of("after_panic").path,
        "after_panic",
        "the panic ended both phases"
    );
}

#[zk_phase(name = "ends_early")]
fn parse(text: &str) -> Result<u32, ParseIntError> {
    let _work = block(MIB);
    let number = text.parse()?;
    drop(block(2 * MIB));
    Ok(number)
}

#[test]
fn a_phase_that_ends_by_a_question_mark() {
    if !by_itself() {
        return;
    }
    assert!(parse("no number").is_err());
    expect("ends_early", [MIB, 1, MIB, 0, 0]);
    assert_eq!(parse("7"), Ok(7));
    expect("ends_early", [3 * MIB, 2, 3 * MIB, 0, 0]);
    assert_eq!(site_of("ends_early").runs, 2);
    phase("after_error", || ());
    assert_eq!(run_of("after_error").depth, 0);
}

#[test]
fn worker_threads_take_part() {
    if !by_itself() {
        return;
    }
    phase("crowd", || {
        thread::scope(|scope| {
            for at in 1..=4 {
                scope.spawn(move || drop(block(at * MIB)));
            }
        });
    });
    let crowd = run_of("crowd");
    assert_eq!(
        (crowd.allocated_bytes, crowd.allocated_blocks),
        (10 * MIB as u64, 4)
    );
    assert!((4 * MIB as u64..=10 * MIB as u64).contains(&crowd.high_water_bytes));
    assert_eq!(crowd.survivors.blocks, 0);
}

#[test]
fn rayon_workers_take_part() {
    use rayon::prelude::*;
    if !by_itself() {
        return;
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(3)
        .build()
        .expect("a pool");
    pool.install(|| (0..3).into_par_iter().for_each(|_| drop(block(PAGE)))); // starts the workers
    phase("pool", || {
        let sums: Vec<usize> = pool.install(|| {
            (1..=8usize)
                .into_par_iter()
                .map(|at| block(at * MIB).len())
                .collect()
        });
        assert_eq!(sums.iter().sum::<usize>(), 36 * MIB);
    });
    let pool = run_of("pool");
    assert_eq!(
        (pool.allocated_bytes, pool.allocated_blocks),
        (36 * MIB as u64, 8)
    );
}

#[test]
fn blocks_freed_by_another_thread_leave_their_phase() {
    if !by_itself() {
        return;
    }
    phase("sends", || {
        let sent = block(MIB);
        thread::scope(|scope| scope.spawn(move || drop(sent)).join().expect("a thread"));
        drop(block(MIB / 2));
    });
    expect("sends", [3 * MIB / 2, 2, MIB, 0, 0]);
}

#[test]
fn concurrent_phases_are_told_apart() {
    if !by_itself() {
        return;
    }
    let meet = Barrier::new(2);
    let side = |name, bytes| {
        meet.wait();
        phase(name, || {
            meet.wait();
            drop(block(bytes));
            meet.wait();
        });
    };
    thread::scope(|scope| {
        scope.spawn(|| side("here", MIB));
        scope.spawn(|| side("there", 3 * MIB));
    });
    expect("here", [MIB, 1, MIB, 0, 0]);
    expect("there", [3 * MIB, 1, 3 * MIB, 0, 0]);
    assert_eq!(
        [run_of("here").depth, run_of("there").depth],
        [0, 0],
        "neither is inside the other"
    );
}

#[test]
fn work_for_several_phases_at_once_is_shared() {
    if !by_itself() {
        return;
    }
    let before = report().shared_bytes();
    let meet = Barrier::new(3);
    thread::scope(|scope| {
        for name in ["shares_one", "shares_two"] {
            let meet = &meet;
            scope.spawn(move || {
                phase(name, || {
                    meet.wait();
                    meet.wait();
                });
            });
        }
        meet.wait();
        drop(block(5 * MIB)); // by a thread that belongs to neither
        meet.wait();
    });
    assert_eq!(report().shared_bytes() - before, 5 * MIB as u64);
    expect("shares_one", [0; 5]);
    expect("shares_two", [0; 5]);
}

#[test]
fn a_tag_tells_helpers_of_concurrent_phases_apart() {
    if !by_itself() {
        return;
    }
    let meet = Barrier::new(2);
    let side = |name, bytes: usize| {
        phase(name, || {
            meet.wait();
            let tag = PhaseTag::current();
            thread::scope(|scope| {
                scope.spawn(move || tag.enter(|| drop(block(bytes))));
            });
            meet.wait();
        });
    };
    thread::scope(|scope| {
        scope.spawn(|| side("helped", MIB));
        scope.spawn(|| side("also_helped", 3 * MIB));
    });
    expect("helped", [MIB, 1, MIB, 0, 0]);
    expect("also_helped", [3 * MIB, 1, 3 * MIB, 0, 0]);
}

#[test]
fn leaving_a_tag_restores_the_phase_even_after_a_panic() {
    if !by_itself() {
        return;
    }
    let mut outer = None;
    phase("entered", || {
        outer = Some(PhaseTag::current());
        phase("own", || {
            let tag = outer.expect("a tag");
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                tag.enter(|| {
                    let _charged_to_outer = block(MIB);
                    std::panic::resume_unwind(Box::new("on purpose"));
                });
            }));
            assert!(outcome.is_err());
            drop(block(2 * MIB));
        });
    });
    expect("own", [2 * MIB, 1, 2 * MIB, 0, 0]);
    expect("entered", [3 * MIB, 2, 2 * MIB, 0, 0]);
}

#[test]
fn a_tag_of_no_phase_or_of_an_ended_one_changes_nothing() {
    if !by_itself() {
        return;
    }
    let outside = PhaseTag::current();
    let ended = phase("ended", PhaseTag::current);
    let meet = Barrier::new(2);
    thread::scope(|scope| {
        // Another root phase: what belongs to none of the two would be shared.
        scope.spawn(|| {
            phase("beside", || {
                meet.wait();
                meet.wait();
            });
        });
        meet.wait();
        phase("unmoved", || {
            outside.enter(|| drop(block(MIB)));
            ended.enter(|| drop(block(2 * MIB)));
        });
        meet.wait();
    });
    expect("unmoved", [3 * MIB, 2, 2 * MIB, 0, 0]);
    expect("ended", [0; 5]);
}

#[test]
fn a_thread_whose_phase_has_ended_takes_part_in_the_one_that_is_left() {
    if !by_itself() {
        return;
    }
    let meet = Barrier::new(2);
    phase("first", || drop(block(MIB)));
    thread::scope(|scope| {
        scope.spawn(|| {
            phase("left", || {
                meet.wait();
                meet.wait();
            });
        });
        meet.wait();
        drop(block(2 * MIB));
        meet.wait();
    });
    expect("first", [MIB, 1, MIB, 0, 0]);
    expect("left", [2 * MIB, 1, 2 * MIB, 0, 0]);
}

/// A thread without a phase must not end up in what a helper opened for itself.
#[test]
fn what_a_helper_opens_is_its_own() {
    if !by_itself() {
        return;
    }
    let meet = Barrier::new(2);
    phase("leader", || {
        let tag = PhaseTag::current();
        thread::scope(|scope| {
            scope.spawn(|| {
                tag.enter(|| {
                    phase("helper", || {
                        meet.wait();
                        meet.wait();
                    });
                });
            });
            meet.wait();
            scope.spawn(|| drop(block(MIB))).join().expect("a thread");
            meet.wait();
        });
    });
    expect("helper", [0; 5]);
    expect("leader", [MIB, 1, MIB, 0, 0]);
}

#[test]
fn faults_only_rise() {
    if !by_itself() {
        return;
    }
    zkarena::trim();
    phase("faults", || {
        phase("cold", || drop(block(16 * MIB)));
        phase("warm", || drop(block(16 * MIB)));
    });
    let [all, cold, warm] = ["faults", "cold", "warm"].map(run_of);
    assert!(
        cold.minor_faults > 0,
        "16 MiB were touched for the first time"
    );
    assert!(
        warm.minor_faults < cold.minor_faults,
        "{} faults when warm, {} when cold",
        warm.minor_faults,
        cold.minor_faults
    );
    assert!(all.minor_faults >= cold.minor_faults + warm.minor_faults);
    assert!(all.major_faults >= cold.major_faults + warm.major_faults);
    assert!(all.minor_faults < 1 << 40, "no difference went below zero");
}

#[test]
fn trimmed_bytes_are_those_of_the_phase() {
    if !by_itself() {
        return;
    }
    zkarena::trim();
    phase("trims", || {
        drop(block(8 * MIB));
        phase("does_not", || ());
        assert!(zkarena::trim() >= 8 * MIB);
    });
    assert!(run_of("trims").trimmed_bytes >= 8 * MIB as u64);
    assert_eq!(run_of("does_not").trimmed_bytes, 0);
}

#[test]
fn the_books_of_the_heap_agree() {
    if !by_itself() {
        return;
    }
    let before = report().heap();
    let held = block(7 * MIB + 1);
    let during = report().heap();
    drop(held);
    let after = report().heap();
    assert_eq!(
        during.in_use_bytes - before.in_use_bytes,
        (7 * MIB + PAGE) as u64,
        "in whole pages"
    );
    assert_eq!(after.in_use_bytes, before.in_use_bytes);
    assert!(during.high_water_bytes >= during.in_use_bytes);
    assert_eq!(after.refused_bytes, 0);
}

#[test]
fn all_phases_in_the_order_of_their_starts() {
    if !by_itself() {
        return;
    }
    phase("a", || phase("b", || phase("c", || ())));
    let report = report();
    let phases = report.phases();
    assert!(phases.is_sorted_by(|a, b| a.started_seconds <= b.started_seconds));
    assert!(
        phases
            .iter()
            .all(|phase| phase.started_seconds >= 0.0 && phase.wall_seconds >= 0.0)
    );
    let names: Vec<&str> = phases
        .iter()
        .map(|phase| phase.name)
        .filter(|name| ["a", "b", "c"].contains(name))
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert!(report.to_json().contains("\"name\": \"c\"") && report.to_string().contains('c'));
}

#[test]
fn a_child_stands_inside_what_its_thread_is_in() {
    static CHILD: Site = Site::new("of_a_handle", module_path!(), file!(), line!());
    let child = |around| drop(PhaseGuard::child(around, &CHILD, Plan::new()));
    let outer = PhaseGuard::root(
        &Site::new("outer", module_path!(), file!(), line!()),
        Plan::new(),
    );
    let handle = outer.handle();
    phase("step", || child(handle));
    child(handle);
    thread::scope(|scope| _ = scope.spawn(|| child(handle)));
    let runs = |path: &str| site_of(path).runs;
    assert_eq!(
        (runs("outer/step/of_a_handle"), runs("outer/of_a_handle")),
        (1, 2)
    );
}
