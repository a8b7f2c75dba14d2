//! The summary of a skipped trace is that of the recorded one, and the fold of what was recorded.

use proptest::prelude::*;
use proptest::test_runner::Config;
use std::collections::{BTreeMap, BTreeSet};
use zkarena::{
    Phase, PhaseAlloc, Record, Skip, TraceFold, TraceGate, TraceLog, TraceMode, Twin, with_phase,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// A read or a write of one slot.
#[derive(Clone, Debug, PartialEq)]
struct Query {
    access: Access,
    /// The rest, for whoever reads the records.
    proof: [u64; 12],
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Access {
    Read { key: u64 },
    Undone { key: u64 },
    Write { key: u64, old: u64, new: u64 },
}

impl Twin for Access {
    fn twin(&self) -> Self {
        match *self {
            Self::Read { key } => Self::Undone { key },
            Self::Undone { key } => Self::Read { key },
            Self::Write { key, old, new } => Self::Write {
                key,
                old: new,
                new: old,
            },
        }
    }
}

impl Twin for Query {
    fn twin(&self) -> Self {
        query(&self.access.twin())
    }
}

fn query(access: &Access) -> Query {
    let (Access::Read { key } | Access::Undone { key } | Access::Write { key, .. }) = *access;
    Query {
        access: *access,
        proof: [key; 12],
    }
}

/// The slots that were read, those that were written with their last value, and a number for the order.
type Summary = (BTreeSet<u64>, BTreeMap<u64, u64>, u64);

#[derive(Default)]
struct Dedup(Summary);

impl TraceFold<Query> for Dedup {
    type Event = Access;
    type Summary = Summary;

    fn event(query: &Query) -> Access {
        query.access
    }

    fn observe(&mut self, access: &Access) {
        let (reads, writes, order) = &mut self.0;
        let seen = match *access {
            Access::Read { key } => {
                reads.insert(key);
                key
            }
            Access::Undone { key } => !key,
            Access::Write { key, new, .. } => {
                writes.insert(key, new);
                key ^ new.rotate_left(7)
            }
        };
        *order = order.wrapping_mul(31).wrapping_add(seen);
    }

    fn summary(&self) -> Summary {
        self.0.clone()
    }
}

/// What a program does.
#[derive(Clone, Debug)]
enum Step {
    Read(u64),
    Write(u64, u64),
    Frame { steps: Vec<Step>, fails: bool },
}

type Slots = BTreeMap<u64, u64>;

fn access(step: (u64, Option<u64>), slots: &mut Slots) -> Access {
    let (key, new) = step;
    let Some(new) = new else {
        return Access::Read { key };
    };
    let old = slots.insert(key, new).unwrap_or_default();
    Access::Write { key, old, new }
}

/// Runs a program with a log; a frame that fails has its slots back from a copy.
fn run<M: TraceGate>(steps: &[Step], slots: &mut Slots, log: &mut TraceLog<'_, Query, Dedup, M>) {
    for step in steps {
        let key_and_value = match step {
            Step::Read(key) => (*key, None),
            Step::Write(key, new) => (*key, Some(*new)),
            Step::Frame { steps, fails } => {
                let before = slots.clone();
                let frame = log.frame(|log| {
                    run(steps, slots, log);
                    if *fails { Err(()) } else { Ok(()) }
                });
                if frame.is_err() {
                    *slots = before;
                }
                continue;
            }
        };
        log.push(access(key_and_value, slots), query);
    }
}

/// The records that there should be, by recursion over whole lists: those of the program, and what it
/// would take to undo them.
fn model(steps: &[Step], slots: &mut Slots) -> (Vec<Access>, Vec<Access>) {
    let (mut done, mut to_undo) = (Vec::new(), Vec::new());
    for step in steps {
        match step {
            Step::Read(key) => {
                done.push(Access::Read { key: *key });
                to_undo.push(Access::Read { key: *key });
            }
            Step::Write(key, new) => {
                let write = access((*key, Some(*new)), slots);
                done.push(write);
                to_undo.push(write);
            }
            Step::Frame { steps, fails } => {
                let before = slots.clone();
                let (inside, undo_inside) = model(steps, slots);
                done.extend(inside);
                if *fails {
                    done.extend(undo_inside.iter().rev().map(Twin::twin));
                    *slots = before;
                } else {
                    to_undo.extend(undo_inside);
                }
            }
        }
    }
    (done, to_undo)
}

fn traced<M: Kept>(
    phase: Phase<'_>,
    mode: M,
    steps: &[Step],
) -> (Summary, Slots, u64, Option<Vec<Query>>) {
    let (mut slots, mut log) = (
        Slots::new(),
        TraceLog::new_in(phase, mode, Dedup::default()),
    );
    run(steps, &mut slots, &mut log);
    (log.summary(), slots, log.events(), M::kept(&log))
}

/// The records that a log of this mode gives, for the test.
trait Kept: TraceGate {
    fn kept(log: &TraceLog<'_, Query, Dedup, Self>) -> Option<Vec<Query>>;
}

impl Kept for Record {
    fn kept(log: &TraceLog<'_, Query, Dedup, Self>) -> Option<Vec<Query>> {
        Some(log.records().iter().cloned().collect())
    }
}

impl Kept for Skip {
    fn kept(_: &TraceLog<'_, Query, Dedup, Self>) -> Option<Vec<Query>> {
        None
    }
}

impl Kept for TraceMode {
    fn kept(log: &TraceLog<'_, Query, Dedup, Self>) -> Option<Vec<Query>> {
        let records = log.records();
        assert_eq!(
            records.as_ref().err().map(zkarena::TraceSkipped::events),
            (log.mode() == Self::Skip).then_some(log.events())
        );
        records
            .ok()
            .map(|records| records.into_iter().cloned().collect())
    }
}

fn check(steps: &[Step]) {
    let mut slots = Slots::new();
    let (done, _) = model(steps, &mut slots);
    let mut folded = Dedup::default();
    for access in &done {
        folded.observe(access);
    }
    let records: Vec<Query> = done.iter().map(query).collect();
    let expected = (folded.summary(), slots, done.len() as u64);
    with_phase(|phase| {
        let kept = Some(records);
        for (summary, slots, events, found) in [
            traced(*phase, Record, steps),
            traced(*phase, TraceMode::Record, steps),
        ] {
            assert_eq!((summary, slots, events), expected);
            assert_eq!(found, kept);
        }
        for (summary, slots, events, found) in [
            traced(*phase, Skip, steps),
            traced(*phase, TraceMode::Skip, steps),
        ] {
            assert_eq!((summary, slots, events), expected);
            assert_eq!(found, None);
        }
    });
}

/// Keys that meet often, and some of all kinds.
fn keys() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..16u64, 1 => any::<u64>()]
}

fn programs() -> impl Strategy<Value = Vec<Step>> {
    let access = prop_oneof![
        2 => keys().prop_map(Step::Read),
        1 => (keys(), keys()).prop_map(|(key, new)| Step::Write(key, new)),
    ];
    let step = access.prop_recursive(8, 24, 4, |step| {
        let steps = prop::collection::vec(step, 0..4);
        (steps, any::<bool>()).prop_map(|(steps, fails)| Step::Frame { steps, fails })
    });
    prop::collection::vec(step, 0..6)
}

proptest! {
    #![proptest_config(Config {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(10_000),
        ..Config::default()
    })]

    #[test]
    fn of_any_program(steps in programs()) {
        check(&steps);
    }
}

#[test]
fn a_frame_undoes_what_is_not_undone_yet() {
    let frame = |steps: &[Step], fails| Step::Frame {
        steps: steps.to_vec(),
        fails,
    };
    let [a, b] = [Step::Write(1, 5), Step::Write(1, 6)];
    let read = frame(&[Step::Read(2)], false);
    let failed = frame(&[b.clone(), read.clone()], true);
    check(&[a.clone(), failed.clone(), a.clone()]);
    check(&[frame(&[a.clone(), failed.clone(), read.clone()], true)]);
    let twice = frame(&[a, read, failed.clone()], true);
    check(&[frame(&[failed, twice], true)]);
    let deep = (0..40).fold(vec![b.clone()], |inside, _| {
        vec![frame(&inside, true), b.clone()]
    });
    check(&deep); // and no more than twice as long
}

#[test]
#[should_panic(expected = "the record has another event than the one observed")]
fn a_record_of_something_else_is_refused() {
    with_phase(|phase| {
        let mut log = TraceLog::new_in(*phase, TraceMode::Record, Dedup::default());
        log.push(Access::Read { key: 1 }, |_| query(&Access::Read { key: 2 }));
    });
}
