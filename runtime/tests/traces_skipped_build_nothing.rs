//! A skipped trace takes no memory and runs no closure; the report says what it would have taken.

mod common;

use common::alone;
use serde_json::Value;
use std::cell::Cell;
use zkarena::{
    Bytes, Phase, PhaseAlloc, PhaseGuard, Plan, Record, Site, Skip, TraceFold, TraceGate, TraceLog,
    TraceMode, Twin, report,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static SITE: Site = Site::new("traced", module_path!(), file!(), line!());

/// As many as a large batch of a virtual machine has, of as many bytes.
const RECORDS: u64 = 1_246_151;
type Wide = [u64; 16];

#[derive(Default)]
struct Sum(u64);

impl TraceFold<Wide> for Sum {
    type Event = u64;
    type Summary = u64;

    fn event(record: &Wide) -> u64 {
        record[0]
    }

    fn observe(&mut self, event: &u64) {
        self.0 = self.0.wrapping_mul(3).wrapping_add(*event);
    }

    fn summary(&self) -> u64 {
        self.0
    }
}

/// Fills a log; the summary, the closures that ran and the bytes that the phase held at most.
fn fill<M: TraceGate>(mode: M, reserve: usize) -> (u64, u64, Bytes) {
    let guard = PhaseGuard::root(&SITE, Plan::new());
    let phase: Phase<'_> = guard.handle();
    let built = Cell::new(0);
    let mut log = TraceLog::new_in(phase, mode, Sum::default());
    log.reserve(reserve);
    for n in 0..RECORDS {
        log.push(n, |&n| {
            built.set(built.get() + 1);
            [n; 16]
        });
    }
    assert_eq!(log.events(), RECORDS);
    let held = phase.stats();
    let bytes = held.poly.high_water.0 + held.witness.high_water.0 + held.scratch.high_water.0;
    (log.summary(), built.get(), Bytes(bytes))
}

#[test]
fn no_byte_and_no_closure() {
    let _turn = alone();
    let (expected, built, bytes) = fill(Record, 0);
    assert_eq!(built, RECORDS);
    assert!(bytes.0 >= RECORDS * 128, "{bytes} for all records");
    for (summary, built, bytes) in [
        fill(Skip, 0),
        fill(TraceMode::Skip, 0),
        fill(TraceMode::Skip, 1_246_151),
    ] {
        assert_eq!((summary, built, bytes), (expected, 0, Bytes(0)));
    }
}

/// What a phase is charged for outside of its arenas, too.
#[test]
fn the_allocator_sees_nothing() {
    let _turn = alone();
    zkarena::set_retention(zkarena::Retention::Retain);
    fill(Skip, 0);
    let phases = report();
    let last = phases.phases().last().expect("a phase");
    assert_eq!((last.name, last.allocated_bytes), ("traced", 0));
}

#[test]
fn the_report_says_so() {
    let _turn = alone();
    fill(TraceMode::Skip, 0);
    let report = report();
    let here =
        |trace: &&zkarena::TraceReport| trace.record == "[u64; 16]" && trace.skipped_records > 0;
    let trace = report.traces().iter().find(here).expect("it is there");
    assert_eq!(trace.file, file!());
    assert_eq!(trace.most_records, RECORDS);
    assert_eq!(trace.skipped_bytes, trace.skipped_records * 128);
    assert!(trace.skipped_records.is_multiple_of(RECORDS));
    let all: u64 = report
        .traces()
        .iter()
        .map(|trace| trace.skipped_bytes)
        .sum();
    let text = report.to_string();
    let note = format!("{} not allocated; most of them `[u64; 16]`, ", Bytes(all));
    assert!(text.contains(&note), "no `{note}` in\n{text}");
    let json: Value = serde_json::from_str(&report.to_json()).expect("JSON");
    let traces = json["traces"].as_array().expect("a list");
    assert_eq!(traces.len(), report.traces().len());
    let skipped = traces.iter().map(|trace| trace["skipped_bytes"].as_u64());
    assert_eq!(skipped.flatten().sum::<u64>(), all);
}

/// In frames, a skipped log remembers the events, and nothing else; the next frame uses the room again.
#[test]
fn frames_take_an_event_for_each_push() {
    struct Undone(u64);
    impl Twin for u64x {
        fn twin(&self) -> Self {
            Self(!self.0)
        }
    }
    #[derive(Clone, Copy, PartialEq)]
    #[expect(non_camel_case_types, reason = "a number")]
    struct u64x(u64);
    struct Large(u64x, [u64; 63]);
    impl Twin for Large {
        fn twin(&self) -> Self {
            Self(self.0.twin(), self.1)
        }
    }
    impl TraceFold<Large> for Undone {
        type Event = u64x;
        type Summary = u64;
        fn event(record: &Large) -> u64x {
            record.0
        }
        fn observe(&mut self, event: &u64x) {
            self.0 = self.0.wrapping_add(event.0);
        }
        fn summary(&self) -> u64 {
            self.0
        }
    }
    let _turn = alone();
    let guard = PhaseGuard::root(&SITE, Plan::new());
    let phase = guard.handle();
    let mut log = TraceLog::new_in(phase, Skip, Undone(0));
    let mut most = Bytes(0);
    for round in 0..4u64 {
        let reverted: Result<(), ()> = log.frame(|log| {
            (0..1000).for_each(|n| log.push(u64x(n), |_| unreachable!("nothing is built")));
            Err(())
        });
        assert_eq!(reverted, Err(()));
        assert_eq!(log.summary(), 0u64.wrapping_sub(1000 * (round + 1)));
        most = if round == 0 {
            phase.stats().poly.high_water
        } else {
            most
        };
        assert_eq!(phase.stats().poly.high_water, most);
    }
    assert!(
        (1..=64 << 10).contains(&most.0),
        "{most} for 8,000 bytes of events"
    );
}
