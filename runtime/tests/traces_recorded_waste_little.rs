//! A recorded trace takes the bytes of its records and hardly more, and growing copies none of them.

mod common;

use common::size;
use zkarena::{
    AllocError, ArenaStats, Bytes, Phase, PhaseAlloc, PhaseGuard, Plan, Record, Site, TraceFold,
    TraceLog, report, witness, zk_phase,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

static SITE: Site = Site::new("traced", module_path!(), file!(), line!());

/// As many as a large batch of a virtual machine has, of as many bytes.
const RECORDS: usize = 1_246_151;
type Wide = [u64; 16];
const PAYLOAD: usize = RECORDS * size_of::<Wide>();

struct Count(usize);

impl<T> TraceFold<T> for Count {
    type Event = ();
    type Summary = usize;

    fn event(_: &T) {}

    fn observe(&mut self, (): &()) {
        self.0 += 1;
    }

    fn summary(&self) -> usize {
        self.0
    }
}

type Log<'ph> = TraceLog<'ph, Wide, Count, Record>;

fn open(phase: Phase<'_>) -> Log<'_> {
    TraceLog::new_in(phase, Record, Count(0))
}

fn push(log: &mut Log<'_>, range: std::ops::Range<usize>) {
    range.for_each(|n| log.push((), |()| [n as u64; 16]));
}

#[track_caller]
fn at_most_a_fiftieth_more(stats: ArenaStats) {
    let most = size(stats.high_water.0);
    assert!(most >= PAYLOAD, "{most} of {PAYLOAD}");
    assert!(most <= PAYLOAD + PAYLOAD / 50, "{most} for {PAYLOAD}");
}

#[test]
fn without_a_reservation() {
    let guard = PhaseGuard::root(&SITE, Plan::new());
    let phase = guard.handle();
    let mut log = open(phase);
    push(&mut log, 0..1);
    let first = std::ptr::from_ref(&log.records()[0]);
    push(&mut log, 1..RECORDS);
    at_most_a_fiftieth_more(phase.stats().poly);
    let records = log.records();
    assert_eq!(std::ptr::from_ref(&records[0]), first, "it was moved");
    assert_eq!(records.len(), RECORDS);
    assert!(
        records
            .iter()
            .enumerate()
            .all(|(n, record)| *record == [n as u64; 16])
    );
    assert!((0..RECORDS).step_by(997).all(|n| records[n][7] == n as u64));
    assert_eq!(records.get(RECORDS), None);
    let pieces: Vec<usize> = records.pieces().map(<[_]>::len).collect();
    assert_eq!(pieces.iter().sum::<usize>(), RECORDS);
    assert!(pieces.len() > 1 && records.as_slice().is_none());
    drop(log);
    assert!(
        size(phase.stats().poly.bytes.0) < PAYLOAD / 50,
        "its pages are free"
    );
}

/// Where a vector that doubles would be stopped halfway by its neighbours.
#[test]
fn next_to_others_that_grow() {
    let guard = PhaseGuard::root(&SITE, Plan::new());
    let phase = guard.handle();
    let mut log = open(phase);
    let mut others = Vec::new();
    for round in 0..RECORDS / 1000 {
        push(&mut log, 1000 * round..1000 * (round + 1));
        others.push(phase.vec_from(&vec![1u8; 64 << 10]));
    }
    push(&mut log, RECORDS / 1000 * 1000..RECORDS);
    let of_others = others.len() * (64 << 10);
    let mut stats = phase.stats().poly;
    stats.high_water.0 -= of_others as u64;
    at_most_a_fiftieth_more(stats);
    assert!(
        log.records()
            .iter()
            .enumerate()
            .all(|(n, record)| record[3] == n as u64)
    );
}

#[test]
fn with_a_reservation_to_the_page() {
    let guard = PhaseGuard::root(&SITE, Plan::new());
    let phase = guard.handle();
    let mut log = open(phase);
    log.reserve(RECORDS);
    push(&mut log, 0..RECORDS);
    let all = log.records().as_slice().expect("one piece");
    assert!(
        all.iter()
            .enumerate()
            .all(|(n, record)| record[0] == n as u64)
    );
    let stats = phase.stats().poly;
    let beside = size(stats.high_water.0) - PAYLOAD.next_multiple_of(4096);
    assert!(
        beside <= 64 << 10,
        "{beside} beside the block: a chunk with the list of it"
    );
    // More than was asked for has room all the same, and moves nothing.
    let first = std::ptr::from_ref(&log.records()[0]);
    push(&mut log, RECORDS..RECORDS + 10);
    assert_eq!(std::ptr::from_ref(&log.records()[0]), first);
    assert_eq!(log.records()[RECORDS + 9], [RECORDS as u64 + 9; 16]);
}

#[test]
fn room_is_added_to_what_is_there() {
    let guard = PhaseGuard::root(&SITE, Plan::new());
    let mut log = open(guard.handle());
    for round in 0..10 {
        log.reserve(50 * round);
        let most = guard.handle().stats().poly.high_water;
        push(&mut log, 0..50 * round);
        assert_eq!(
            guard.handle().stats().poly.high_water,
            most,
            "there was room"
        );
    }
    assert_eq!((log.summary(), log.records().len()), (2250, 2250));
}

#[test]
fn records_without_bytes_and_none() {
    let guard = PhaseGuard::root(&SITE, Plan::new());
    let mut log: TraceLog<'_, (), Count, Record> =
        TraceLog::new_in(guard.handle(), Record, Count(0));
    assert!(log.records().is_empty() && log.records().as_slice() == Some(&[]));
    (0..100_000).for_each(|_| log.push((), |()| ()));
    assert_eq!((log.records().len(), log.summary()), (100_000, 100_000));
    assert_eq!(log.records().iter().count(), 100_000);
}

/// Nothing is observed of a record that there is no memory for.
#[test]
fn a_refusal_leaves_the_log_as_it_was() {
    let guard = PhaseGuard::root(&SITE, Plan::new().budget(1 << 20));
    let mut log = open(guard.handle());
    let refused: AllocError = loop {
        match log.try_push((), |()| [1; 16]) {
            Ok(()) => assert_eq!(log.summary(), log.records().len()),
            Err(refused) => break refused,
        }
    };
    assert!(refused.is_over_limit());
    assert_eq!(log.summary(), log.records().len());
    assert!(log.summary() > 6000, "most of 8,192 fit");
    assert!(log.try_reserve(RECORDS).is_err());
    assert_eq!(log.summary(), log.records().len());
}

#[test]
fn of_a_witness_they_are_wiped() {
    let before = report().witness().wiped_bytes;
    let guard = PhaseGuard::root(&SITE, Plan::new());
    let phase = guard.handle();
    let mut log = open(phase.witness());
    push(&mut log, 0..100_000);
    let stats = phase.stats();
    assert_eq!(stats.poly.high_water, Bytes(0));
    assert!(size(stats.witness.bytes.0) >= 100_000 * 128);
    assert_eq!(
        format!("{log:?}"),
        "TraceLog { mode: Record, events: 100000, .. }"
    );
    drop(log);
    drop(guard);
    assert!(report().witness().wiped_bytes - before >= 100_000 * 128);
}

/// Apart from other traces by its type.
#[derive(Clone, Copy)]
struct Bit(bool);

#[zk_phase(trace(bits: Bit, mode = record, fold = Count(0)))]
#[witness]
fn in_a_witness_function(secret: usize) -> usize {
    (0..secret).for_each(|row| bits.push((), |()| Bit(row % 3 == 0)));
    bits.records().iter().filter(|bit| bit.0).count()
}

#[test]
fn how_many_a_witness_has_is_nobodys_business() {
    assert_eq!(in_a_witness_function(30), 10);
    let guard = PhaseGuard::root(&SITE, Plan::new());
    let phase = guard.handle();
    let mut log: TraceLog<'_, Bit, Count, Record> =
        TraceLog::new_in(phase.witness(), Record, Count(0));
    log.push((), |()| Bit(true));
    drop(log);
    let reported = |what: &str| {
        let report = report();
        let mut traces = report.traces().iter();
        traces.any(|trace| trace.record.ends_with(what))
    };
    assert!(!reported("::Bit"));
    let mut log: TraceLog<'_, Bit, Count, Record> = TraceLog::new_in(phase, Record, Count(0));
    log.push((), |()| Bit(true));
    drop(log);
    assert!(reported("::Bit"), "of what is no secret it is");
}
