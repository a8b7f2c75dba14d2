//! Ours: keyed state, a gated trace and logs of a known size, in the arena of a phase.

use crate::access::LogQuery;
use crate::args::Turn;
use crate::batch::Batch;
use crate::logs::Stacks;
use crate::slots::SlotStates;
use crate::trace::PhasedDedup;
use crate::turn::{Arena, Start, Taken, measured};
use crate::variant::{Mode, Part};
use zkarena::{AllocError, Phase, TraceMode, zk_phase};

impl From<Mode> for TraceMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Record => Self::Record,
            Mode::Skip => Self::Skip,
        }
    }
}

/// Replays a part of the batch.
///
/// # Errors
/// [`AllocError`] if the phase does not open.
pub(crate) fn run(turn: &Turn, batch: &Batch) -> Result<Taken, AllocError> {
    let mode = turn.mode.into();
    let start = &Start::now();
    match turn.part {
        Part::Keyed => keyed(batch, start),
        Part::Trace => trace(batch, mode, start),
        Part::Logs => logs(batch, start),
        _ => whole(batch, mode, start),
    }
}

#[zk_phase(try)]
fn keyed(batch: &Batch, start: &Start) -> Result<Taken, AllocError> {
    let slots = || SlotStates::with_capacity_in(batch.counts.slots, phase);
    Ok(measured(
        batch,
        start,
        || (slots(), (), ()),
        || arena(phase),
    ))
}

#[zk_phase(
    try,
    trace(
        storage: LogQuery,
        mode = mode,
        fold = PhasedDedup::new(batch.counts.slots, phase),
        reserve = batch.tally.records
    )
)]
fn trace(batch: &Batch, mode: TraceMode, start: &Start) -> Result<Taken, AllocError> {
    Ok(measured(
        batch,
        start,
        || ((), storage, ()),
        || arena(phase),
    ))
}

#[zk_phase(
    try,
    reserve(
        refunds = batch.counts.refunds,
        costs = batch.counts.costs,
        events <= batch.tally.most_events
    )
)]
fn logs(batch: &Batch, start: &Start) -> Result<Taken, AllocError> {
    let logs = || Stacks::reserved(refunds, costs, events);
    Ok(measured(batch, start, || ((), (), logs()), || arena(phase)))
}

#[zk_phase(
    try,
    budget = "4GiB",
    reserve(
        refunds = batch.counts.refunds,
        costs = batch.counts.costs,
        events <= batch.tally.most_events
    ),
    trace(
        storage: LogQuery,
        mode = mode,
        fold = PhasedDedup::new(batch.counts.slots, phase),
        reserve = batch.tally.records
    )
)]
fn whole(batch: &Batch, mode: TraceMode, start: &Start) -> Result<Taken, AllocError> {
    let slots = || SlotStates::with_capacity_in(batch.counts.slots, phase);
    let logs = || Stacks::reserved(refunds, costs, events);
    Ok(measured(
        batch,
        start,
        || (slots(), storage, logs()),
        || arena(phase),
    ))
}

fn arena(phase: Phase<'_>) -> Arena {
    let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    let stats = phase.stats();
    Arena {
        live: size(stats.poly.bytes.0),
        high_water: size(stats.poly.high_water.0),
        growths: size(stats.growth.growths),
        moved: size(stats.growth.copied_bytes),
    }
}
