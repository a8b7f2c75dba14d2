//! Reports that no program made, for tests.
#![forbid(unsafe_code)]

use super::super::{
    AllocatorState, Growth, LowmemStats, PhaseReport, Report, Retention, SiteReport, Survivors,
    TimelinePoint, WitnessStats,
};
use crate::spans::{HeapStats, PagePolicy};

const MIB: u64 = 1 << 20;

/// The report of a program that did nothing yet.
pub(in super::super) fn empty() -> Report {
    Report {
        allocator: AllocatorState::Installed,
        pages: PagePolicy::Huge,
        retention: Retention::UntilIdle,
        heap: HeapStats {
            reserved_bytes: 1 << 40,
            ..HeapStats::default()
        },
        witness: WitnessStats::default(),
        lowmem: LowmemStats::default(),
        traces: Vec::new(),
        untracked_phases: 0,
        shared_bytes: 0,
        sites: Vec::new(),
        phases: Vec::new(),
        timeline: Vec::new(),
    }
}

/// Runs of a phase that allocated nothing.
pub(in super::super) fn site(
    path: &str,
    name: &'static str,
    runs: u64,
    seconds: f64,
) -> SiteReport {
    #[expect(clippy::cast_precision_loss, reason = "a handful of runs")]
    let wall_seconds = seconds * runs as f64;
    SiteReport {
        name,
        path: path.to_owned(),
        depth: u32::try_from(path.matches('/').count()).expect("a short path"),
        module: "prover",
        file: "src/prover.rs",
        line: 7,
        runs,
        wall_seconds,
        shortest_seconds: seconds * 0.9,
        longest_seconds: seconds * 1.25,
        allocated_bytes: 0,
        allocated_blocks: 0,
        high_water_bytes: 0,
        survivors: Survivors::default(),
        minor_faults: 0,
        major_faults: 0,
        trimmed_bytes: 0,
        growth: Growth::default(),
        reservations: Vec::new(),
        stores: None,
    }
}

/// One run of a phase.
pub(in super::super) fn phase(
    name: &'static str,
    depth: u32,
    started: f64,
    seconds: f64,
) -> PhaseReport {
    PhaseReport {
        name,
        path: format!("{}{name}", "prove/".repeat(depth as usize)),
        depth,
        file: "src/prover.rs",
        line: 7,
        started_seconds: started,
        wall_seconds: seconds,
        allocated_bytes: 800 * MIB,
        allocated_blocks: 12,
        high_water_bytes: 640 * MIB,
        survivors: Survivors::default(),
        minor_faults: 1200,
        major_faults: 0,
        trimmed_bytes: 0,
        growth: Growth::default(),
        stores: None,
        pages: PagePolicy::Huge,
    }
}

/// Memory at a moment, in MiB.
pub(in super::super) fn point(seconds: f64, in_use: u64, backed: u64) -> TimelinePoint {
    TimelinePoint {
        seconds,
        in_use_bytes: in_use * MIB,
        backed_bytes: backed * MIB,
    }
}

/// The report of two proofs, one after the other.
pub(in super::super) fn proving_loop() -> Report {
    let mut report = empty();
    for proof in 0..2u8 {
        let start = 2.2 * f64::from(proof);
        for (name, depth, from, to) in STEPS {
            report
                .phases
                .push(phase(name, depth, start + from, to - from));
        }
        let rise = if proof == 0 { 0 } else { 1100 };
        report.timeline.extend(
            POINTS.map(|(at, in_use)| {
                point(start + at, in_use, rise.max(in_use).max(most_until(at)))
            }),
        );
    }
    report
}

const STEPS: [(&str, u32, f64, f64); 6] = [
    ("prove", 0, 0.0, 2.0),
    ("trace", 1, 0.02, 0.35),
    ("commit", 1, 0.36, 1.1),
    ("lde", 2, 0.4, 0.7),
    ("quotient", 1, 1.12, 1.6),
    ("open", 1, 1.62, 1.96),
];

const POINTS: [(f64, u64); 11] = [
    (0.03, 40),
    (0.1, 130),
    (0.3, 260),
    (0.42, 520),
    (0.5, 780),
    (0.72, 640),
    (1.15, 900),
    (1.3, 1100),
    (1.58, 500),
    (1.7, 420),
    (1.97, 12),
];

fn most_until(at: f64) -> u64 {
    POINTS
        .iter()
        .filter(|point| point.0 <= at)
        .map(|point| point.1)
        .max()
        .unwrap_or(0)
}
