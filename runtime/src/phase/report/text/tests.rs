//! The text, compared whole and in parts.
#![forbid(unsafe_code)]

use super::super::timeline::{empty, site};
use super::super::{
    AllocatorState, Growth, Report, ReservationReport, Retention, StoreReport, Survivors,
};
use crate::phase::Bound;
use crate::spans::{HeapStats, PagePolicy};

const MIB: u64 = 1 << 20;

/// Three proofs, in a heap of all figures, with something for every note.
fn full() -> Report {
    let mut report = empty();
    report.heap = HeapStats {
        reserved_bytes: 1 << 40,
        in_use_bytes: 3 * MIB,
        high_water_bytes: 1100 * MIB,
        retained_bytes: 1097 * MIB,
        trimmed_bytes: 512 * MIB,
        gathered_bytes: 0,
        moved_bytes: 0,
        refused_bytes: 64 << 10,
    };
    report.sites = vec![
        site("prove", "prove", 3, 1.25),
        site("prove/commit", "commit", 3, 0.5),
        site("prove/commit/lde «ä»", "lde «ä»", 6, 0.125),
        site("prove/open", "open", 3, 0.25),
        site("verify", "verify", 1, 0.002),
        site("report", "report", 0, 0.0),
    ];
    report.sites[0].allocated_bytes = 4 << 30;
    report.sites[0].high_water_bytes = 1100 * MIB;
    report.sites[0].trimmed_bytes = 512 * MIB;
    report.sites[2].survivors = Survivors {
        bytes: 96 * MIB,
        blocks: 12,
        largest_bytes: 8 * MIB,
    };
    report.sites[2].minor_faults = 123_456;
    report.sites[3].major_faults = 7;
    report.untracked_phases = 2;
    report.shared_bytes = 5 * MIB;
    report
}

/// Names with and without a count, of which two have nothing to say.
#[test]
fn reservations_and_growth() {
    let mut report = full();
    let of = |name, bound, reserved, used| ReservationReport {
        name,
        bound,
        element_bytes: 8,
        runs: 3,
        reserved,
        used,
        most: used / 2,
        growths: 0,
        abandoned_bytes: 0,
    };
    report.sites[1].reservations = vec![
        of("refunds", Bound::Exact, 1_200_000, 1_200_000),
        of("costs", Bound::Exact, 1_200_000, 7),
        of("events", Bound::AtMost, 300_000, 280_000),
        of("unused", Bound::Unknown, 0, 0),
        of("slots", Bound::Unknown, 0, 84),
        ReservationReport {
            growths: 16,
            abandoned_bytes: 18 * MIB,
            ..of("calls", Bound::Unknown, 0, 280_000)
        },
    ];
    report.sites[1].growth = Growth {
        growths: 20,
        copied_bytes: 40 * MIB,
        abandoned_bytes: 19 * MIB,
        largest_bytes: 12 * MIB,
    };
    let text = report.to_string();
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("reserve: "))
        .collect();
    assert_eq!(
        lines,
        [
            "reserve: prove/commit: costs used 7 of 1_200_000 elements",
            "reserve: prove/commit: events used 280_000 of at most 300_000 elements",
            "reserve: prove/commit: add slots <= 42",
            "reserve: prove/commit: add calls <= 140_000 (grew 16x, 18 MiB abandoned)",
            "reserve: prove/commit: vectors without a count grew 4x, 1 MiB abandoned; of all that had to move, \
             the largest came to 12 MiB",
        ]
    );
}

#[test]
fn the_whole_text() {
    assert_eq!(format!("\n{}\n", full()), WHOLE);
}

const WHOLE: &str = "
global allocator: zkarena, huge pages, kept until idle
heap: 3 MiB in use, 1.1 GiB kept warm, high-water mark 1.1 GiB, 512 MiB given back, 64 KiB refused

                        mean                     in all              survivors                        minor   major
phase          runs  seconds        min..max  allocated  high-water      bytes  blocks  largest  faults/run  faults  trimmed
prove             3   1.2500  1.1250..1.5625      4 GiB     1.1 GiB        0 B       0      0 B           0       0  512 MiB
├─ commit         3   0.5000  0.4500..0.6250        0 B         0 B        0 B       0      0 B           0       0      0 B
│  └─ lde «ä»     6   0.1250  0.1125..0.1562        0 B         0 B     96 MiB      12    8 MiB       20576       0      0 B
└─ open           3   0.2500  0.2250..0.3125        0 B         0 B        0 B       0      0 B           0       7      0 B
verify            1   0.0020                        0 B         0 B        0 B       0      0 B           0       0      0 B
report            0        -                          -           -          -       -        -           -       -        -

note: phases not measured: 2 (nested deeper than 32, or more than 1,023 open at once)
note: 5 MiB shared: allocated by threads without a phase while several root phases were open, so charged to none of them; a `PhaseTag` entered on those threads gives exact figures
";

#[test]
fn without_the_allocator_memory_is_not_known() {
    let mut report = empty();
    report.allocator = AllocatorState::NotInstalled;
    report.sites = vec![site("prove", "prove", 1, 1.0)];
    assert_eq!(format!("\n{report}\n"), NOT_INSTALLED);
}

const NOT_INSTALLED: &str = "
global allocator: not installed

                mean     in all              survivors                        minor   major
phase  runs  seconds  allocated  high-water      bytes  blocks  largest  faults/run  faults  trimmed
prove     1    1.000          -           -          -       -        -           0       0        -

note: memory is not measured; `#[global_allocator] static ALLOC: zkarena::PhaseAlloc = zkarena::PhaseAlloc::new();` measures it
";

#[test]
fn what_was_stored_has_columns() {
    let mut report = empty();
    report.sites = vec![
        site("prove", "prove", 2, 1.0),
        site("prove/commit", "commit", 2, 0.5),
        site("verify", "verify", 2, 0.25),
    ];
    report.sites[0].major_faults = 3;
    report.sites[0].stores = Some(StoreReport {
        written_bytes: 900 * MIB,
        read_bytes: 3 << 30,
        cancelled_bytes: MIB,
        stall_seconds: 0.1255,
        disk_peak_bytes: 450 * MIB,
        ram_peak_bytes: 64 * MIB,
    });
    report.sites[1].stores = Some(StoreReport {
        ram_peak_bytes: 32 * MIB,
        ..StoreReport::default()
    });
    assert_eq!(format!("\n{report}\n"), STORED);
}

const STORED: &str = "
global allocator: zkarena, huge pages, kept until idle
heap: 0 B in use, 0 B kept warm, high-water mark 0 B, 0 B given back

                    mean                   in all              survivors                        minor   major           stores           stalled     most
phase      runs  seconds      min..max  allocated  high-water      bytes  blocks  largest  faults/run  faults  trimmed    read  written  seconds  on disk  in RAM
prove         2    1.000  0.900..1.250        0 B         0 B        0 B       0      0 B           0       3      0 B   3 GiB  900 MiB    0.126  450 MiB  64 MiB
└─ commit     2    0.500  0.450..0.625        0 B         0 B        0 B       0      0 B           0       0      0 B     0 B      0 B    0.000      0 B  32 MiB
verify        2    0.250  0.225..0.312        0 B         0 B        0 B       0      0 B           0       0      0 B
";

#[test]
fn an_empty_report_has_neither_table_nor_notes() {
    let lines = empty().to_string();
    assert!(
        lines.ends_with("0 B given back\n\nno phase was opened yet"),
        "{lines}"
    );
}

#[test]
fn the_first_line_tells_the_settings() {
    let mut report = empty();
    let mut first_line = |allocator, pages, retention| {
        (report.allocator, report.pages, report.retention) = (allocator, pages, retention);
        report
            .to_string()
            .lines()
            .next()
            .map(str::to_owned)
            .unwrap_or_default()
    };
    let (on, off) = (AllocatorState::Installed, AllocatorState::Off);
    let budget = Retention::Budget(256 << 20);
    for (line, expected) in [
        (
            first_line(on, PagePolicy::Small, Retention::Retain),
            "zkarena, small pages, kept",
        ),
        (
            first_line(on, PagePolicy::Huge, budget),
            "zkarena, huge pages, at most 256 MiB kept",
        ),
        (
            first_line(off, PagePolicy::Auto, Retention::Trim),
            "switched off (ZKARENA=off)",
        ),
    ] {
        assert_eq!(line, format!("global allocator: {expected}"));
    }
}

#[test]
fn sites_of_one_name_tell_their_places() {
    let mut report = empty();
    report.sites = vec![
        site("prove", "prove", 1, 1.0),
        site("prove", "prove", 1, 1.0),
    ];
    report.sites[1].line = 99;
    let text = report.to_string();
    assert!(
        text.contains("\nprove (src/prover.rs:7) ") && text.contains("\nprove (src/prover.rs:99) "),
        "{text}"
    );
}

#[test]
fn names_cannot_break_lines() {
    let mut report = empty();
    report.sites = vec![site("a\nb", "a\nb\u{1b}[31m", 1, 1.0)];
    assert!(
        report.to_string().contains("\na\u{fffd}b\u{fffd}[31m "),
        "{report}"
    );
}

#[test]
fn only_what_outlives_a_root_phase_is_explained() {
    let mut report = empty();
    report.sites = vec![
        site("a", "a", 1, 1.0),
        site("a/b", "b", 1, 1.0),
        site("c", "c", 1, 1.0),
    ];
    for site in &mut report.sites {
        site.survivors = Survivors {
            bytes: MIB,
            blocks: 1,
            largest_bytes: MIB,
        };
    }
    report.sites[1].survivors.largest_bytes = 2 * MIB;
    assert!(
        report
            .to_string()
            .contains("largest survivor: 1 MiB of c ("),
        "{report}"
    );
}
