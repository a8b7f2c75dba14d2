//! Reports that are hard to draw, for tests.
#![forbid(unsafe_code)]

use super::super::{AllocatorState, PhaseReport, Report, TimelinePoint};
use super::made_up::{empty, phase, point, proving_loop};

/// Proof after proof: as many phases and samples as a report can have.
fn many() -> Report {
    let mut report = empty();
    for proof in 0..256u16 {
        let start = f64::from(proof);
        for (at, name) in (1u8..).zip(["trace", "commit", "open"]) {
            report
                .phases
                .push(phase(name, 1, start + 0.3 * f64::from(at) - 0.25, 0.2));
        }
        report
            .phases
            .insert(report.phases.len() - 3, phase("prove", 0, start, 0.999));
    }
    let samples =
        (0..2048u16).map(|k| point(f64::from(k) / 8.0, u64::from(k) * 40_503 % 997, 1000));
    report.timeline.extend(samples);
    report
}

/// Requests on several threads.
pub(super) fn threads(count: u8) -> Report {
    let mut report = empty();
    for thread in 0..count {
        for turn in 0..6u8 {
            let start = 0.1 * f64::from(thread) + 3.0 * f64::from(turn);
            report.phases.push(phase("request", 0, start, 2.9));
            report.phases.push(phase("open", 1, start + 1.0, 1.2));
        }
    }
    sorted(report)
}

/// Phases inside phases, of more sites than there are colours, late in the life of a process.
pub(super) fn deep() -> Report {
    const NAMES: [&str; 9] = [
        "a",
        "b",
        "c",
        "d",
        "e",
        "f",
        "g",
        "a_function_with_a_name_that_goes_on_and_on_and_on_and_on",
        "証明 🚀",
    ];
    let mut report = empty();
    for depth in 0..32u8 {
        for run in 0..=2 * depth {
            let wide = 30.0 / (1.0 + 2.0 * f64::from(depth));
            let name = NAMES[usize::from(depth + run) % NAMES.len()];
            let start = 100_000.0 + f64::from(run) * wide;
            report
                .phases
                .push(phase(name, depth.into(), start, wide * 0.97));
        }
    }
    report.timeline.push(point(3.0, 9000, 9000));
    report.timeline.push(point(100_010.0, 700, 800));
    sorted(report)
}

fn sorted(mut report: Report) -> Report {
    let order = |a: &PhaseReport, b: &PhaseReport| a.started_seconds.total_cmp(&b.started_seconds);
    report
        .phases
        .sort_by(|a, b| order(a, b).then(a.depth.cmp(&b.depth)));
    report
}

pub(super) fn of(phases: Vec<PhaseReport>, timeline: Vec<TimelinePoint>) -> Report {
    Report {
        phases,
        timeline,
        ..empty()
    }
}

/// One run of no length, one of microseconds, a name of all that is special, memory before and after.
fn odd() -> Vec<Report> {
    let mut bare = proving_loop();
    bare.allocator = AllocatorState::NotInstalled;
    bare.timeline.clear();
    vec![
        empty(),
        bare,
        of(vec![phase("nothing", 0, 0.0, 0.0)], vec![]),
        of(vec![phase("late", 0, 1e6, 0.0)], vec![point(1e6, 1, 1)]),
        of(
            vec![phase("short", 0, 0.0, 4e-5)],
            vec![point(-9.0, 1, 1), point(2e-5, 2, 3), point(9.0, 7, 8)],
        ),
        of(
            vec![phase("<a href=\"&\">'\n\0</a>", 0, 0.0, 1.0)],
            vec![point(0.5, 1 << 40, 1 << 40)],
        ),
        of(vec![], vec![point(0.0, 1, 1), point(1.0, 0, 1)]),
        of(vec![], vec![point(5.0, 0, 0)]),
    ]
}

pub(super) fn all() -> Vec<Report> {
    let mut all = odd();
    all.extend([proving_loop(), many(), threads(4), threads(60), deep()]);
    all
}
