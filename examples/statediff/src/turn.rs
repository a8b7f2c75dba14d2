//! One variant of one part: what a process of its own does.

use crate::HEAP;
use crate::access::LogQuery;
use crate::args::Turn;
use crate::batch::Batch;
use crate::dedup::Dedup;
use crate::failure::Failure;
use crate::logs::{Logs, Stacks};
use crate::phased;
use crate::replay::{Tape, Vm};
use crate::scratch;
use crate::slots::{FiveMaps, Slots, ThreeMaps};
use crate::trace::{PlainTrace, Trace};
use crate::variant::{Mode, Part, Variant};
use bumpalo::Bump;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write};
use zkarena_measure::stats::count;
use zkarena_measure::usage::{self, Moment};

/// What one run took.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Taken {
    /// By the clock.
    pub(crate) seconds: f64,
    /// To say what the batch comes to.
    pub(crate) dedup_seconds: f64,
    /// Reads and writes of slots, those that were undone included.
    pub(crate) accesses: usize,
    /// Searches for a key.
    pub(crate) probes: u64,
    /// Bytes in use at the end.
    pub(crate) live_bytes: usize,
    /// The most bytes in use at once.
    pub(crate) high_water_bytes: usize,
    /// Of what is live, bytes of what is kept to undo.
    pub(crate) undo_bytes: usize,
    /// Of what is live, bytes of the fold that goes along with a trace.
    pub(crate) fold_bytes: usize,
    /// Blocks that grew.
    pub(crate) growths: usize,
    /// Bytes of blocks that were somewhere else after they grew.
    pub(crate) moved_bytes: usize,
    /// Bytes of the entries of trace and logs.
    pub(crate) payload_bytes: usize,
    /// Records that are kept, those that undo others included.
    pub(crate) records: usize,
    /// Records that were built of accesses.
    pub(crate) built: usize,
    /// The most that became resident.
    pub(crate) rss_bytes: Option<u64>,
    /// What every read gave and every step cost, as one number.
    pub(crate) sum: u64,
    /// Of all entries of the logs.
    pub(crate) logs_hash: Option<u64>,
    /// Of all records.
    pub(crate) trace_hash: Option<u64>,
    /// What the facts say that the batch comes to.
    pub(crate) of_facts: Option<Dedup>,
    /// What the trace, or a fold, says.
    pub(crate) of_trace: Option<Dedup>,
}

/// Pages and bytes of an arena: now, and at most.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Arena {
    pub(crate) live: usize,
    pub(crate) high_water: usize,
    pub(crate) growths: usize,
    pub(crate) moved: usize,
}

/// Runs, and prints one line of JSON.
///
/// # Errors
/// [`Failure::Phase`], [`Failure::Print`].
pub(crate) fn run(turn: &Turn) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let line = match turn.part {
        Part::Scratch => serde_json::to_string(&scratch::run(turn)?),
        _ => serde_json::to_string(&taken(turn)?),
    };
    writeln!(stdout, "{}", line.map_err(io::Error::from)?)?;
    Ok(stdout.flush()?)
}

fn taken(turn: &Turn) -> Result<Taken, Failure> {
    let batch = &turn.batch();
    Ok(match (turn.part, turn.variant) {
        (Part::Bump, _) => bump(batch),
        (_, Variant::Naive) => naive(turn, batch),
        (_, Variant::Merged) => merged(turn, batch),
        (_, Variant::Zkarena) => phased::run(turn, batch)?,
    })
}

fn naive(turn: &Turn, batch: &Batch) -> Taken {
    let is_open = turn.mode == Mode::Record;
    let trace = || PlainTrace::growing(is_open);
    match turn.part {
        Part::Keyed => heap_only(batch, || (FiveMaps::default(), (), ())),
        Part::Trace => heap_only(batch, || ((), trace(), ())),
        Part::Logs => heap_only(batch, || ((), (), Stacks::growing())),
        _ => heap_only(batch, || (FiveMaps::default(), trace(), Stacks::growing())),
    }
}

fn merged(turn: &Turn, batch: &Batch) -> Taken {
    let is_open = turn.mode == Mode::Record;
    let trace = || PlainTrace::exact(batch.tally.records, is_open);
    let logs = || Stacks::exact(batch);
    match turn.part {
        Part::Keyed => heap_only(batch, || (ThreeMaps::default(), (), ())),
        Part::Trace => heap_only(batch, || ((), trace(), ())),
        Part::Logs => heap_only(batch, || ((), (), logs())),
        _ => heap_only(batch, || (ThreeMaps::default(), trace(), logs())),
    }
}

/// The chunks of the arena are what counts.
fn bump(batch: &Batch) -> Taken {
    let bump = Bump::new();
    heap_only(batch, || ((), (), Stacks::in_bump(&bump)))
}

fn heap_only<S: Slots, T: Trace, L: Logs>(
    batch: &Batch,
    parts: impl FnOnce() -> (S, T, L),
) -> Taken {
    measured(batch, &Start::now(), parts, Arena::default)
}

/// When a variant begins: before its phase opens, if it has one.
#[derive(Debug)]
pub(crate) struct Start {
    rss: Option<u64>,
    clock: Moment,
}

impl Start {
    pub(crate) fn now() -> Self {
        Self {
            rss: rss_from_here(),
            clock: Moment::now(),
        }
    }
}

/// Replays the batch; `arena` tells what is not in the global allocator.
pub(crate) fn measured<S: Slots, T: Trace, L: Logs>(
    batch: &Batch,
    Start { rss, clock }: &Start,
    parts: impl FnOnce() -> (S, T, L),
    arena: impl FnOnce() -> Arena,
) -> Taken {
    let before = HEAP.mark();
    let (mut slots, mut trace, mut logs) = parts();
    let mut tape = Tape::new(batch);
    let mut vm = Vm {
        slots: &mut slots,
        trace: &mut trace,
        logs: &mut logs,
    };
    let ended = vm.run(&mut tape);
    debug_assert!(ended.is_ok(), "frames and transactions end in their own");
    let seconds = clock.elapsed().wall_seconds;
    let (after, arena) = (HEAP.figures(), arena());
    let (of_facts, of_trace) = (slots.dedup(), trace.dedup());
    Taken {
        seconds,
        dedup_seconds: clock.elapsed().wall_seconds - seconds,
        accesses: batch.tally.accesses,
        live_bytes: after.live - before.live + arena.live,
        high_water_bytes: after.high_water - before.live + arena.high_water,
        growths: after.growths - before.growths + arena.growths,
        moved_bytes: after.moved - before.moved + arena.moved,
        rss_bytes: rss.and_then(|rss| Some((usage::peak_kib()?.saturating_sub(rss)) << 10)),
        built: tape.built(),
        sum: tape.sum(),
        of_facts,
        of_trace,
        ..told(&slots, &trace, &logs)
    }
}

/// What the parts tell of themselves.
fn told(slots: &impl Slots, trace: &impl Trace, logs: &impl Logs) -> Taken {
    Taken {
        probes: slots.probes(),
        undo_bytes: slots.undo_bytes(),
        fold_bytes: trace.fold_bytes(),
        payload_bytes: trace.kept() * size_of::<LogQuery>() + logs.payload(),
        records: trace.kept(),
        logs_hash: logs.hash(),
        trace_hash: trace.hash(),
        ..Taken::default()
    }
}

/// The RSS in KiB, which is the peak from now on; `None` where the kernel does not say.
pub(crate) fn rss_from_here() -> Option<u64> {
    fs::write("/proc/self/clear_refs", "5").ok()?;
    usage::rss_kib()
}

impl Taken {
    /// For each read and write of a slot.
    pub(crate) fn nanoseconds(&self) -> f64 {
        self.seconds * 1e9 / figure(self.accesses)
    }

    /// For each read and write of a slot.
    pub(crate) fn probes_per_access(&self) -> f64 {
        count(self.probes) / figure(self.accesses)
    }

    /// The most bytes in use at once, but for a fold.
    pub(crate) const fn but_for_fold(&self) -> usize {
        self.high_water_bytes - self.fold_bytes
    }

    /// Bytes in use at the end that are facts: not what is kept to undo.
    pub(crate) const fn fact_bytes(&self) -> usize {
        self.live_bytes - self.undo_bytes
    }
}

/// A count as a number to calculate with.
pub(crate) fn figure(value: usize) -> f64 {
    count(value as u64)
}
