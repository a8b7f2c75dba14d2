//! A log that is kept or skipped, with a fold that sees the same in both cases.

use super::Trace;
use crate::access::{Access, Kind, LogQuery};
use crate::dedup::{Change, Dedup};
use crate::slots::Ended;
use crate::word::{SlotKey, U256};
use zkarena::{Bytes, KeyedState, Phase, Records, TraceFold, TraceLog, Twin};

/// What the trace alone says of a slot.
#[derive(Clone, Copy, Debug, PartialEq, KeyedState)]
#[state(key = SlotKey)]
pub(crate) struct Traced {
    #[state(init, rollback = never)]
    first_read: U256,
    #[state(rollback = never)]
    last_write: U256,
}

/// As [`StorageDedup`](crate::dedup::StorageDedup), with its slots in a phase.
#[derive(Debug)]
pub(crate) struct PhasedDedup<'ph> {
    slots: TracedStates<'ph>,
}

impl<'ph> PhasedDedup<'ph> {
    /// With room for so many slots.
    pub(crate) fn new(slots: usize, phase: Phase<'ph>) -> Self {
        let slots = TracedStates::with_capacity_in(slots, phase);
        Self { slots }
    }
}

impl TraceFold<LogQuery> for PhasedDedup<'_> {
    type Event = Access;
    type Summary = Dedup;

    fn event(record: &LogQuery) -> Access {
        record.access()
    }

    fn observe(&mut self, access: &Access) {
        if access.kind != Kind::Passing {
            let mut slot = self.slots.entry(access.key, || access.before);
            slot.replace_last_write(access.after);
        }
    }

    fn summary(&self) -> Dedup {
        Dedup::of_sorted(self.slots.iter_sorted().map(|(key, slot)| {
            let change = Change {
                first_read: slot.first_read,
                last_write: slot.last_write,
            };
            (*key, change)
        }))
    }
}

impl Twin for Access {
    fn twin(&self) -> Self {
        self.undone()
    }
}

impl Twin for LogQuery {
    fn twin(&self) -> Self {
        self.undone()
    }
}

impl<'ph> Trace for TraceLog<'ph, LogQuery, PhasedDedup<'ph>> {
    fn push(&mut self, access: Access, record: impl FnOnce(&Access) -> LogQuery) {
        self.push(access, record);
    }

    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        self.frame(body)
    }

    fn kept(&self) -> usize {
        self.records().map_or(0, Records::len)
    }

    fn hash(&self) -> Option<u64> {
        let records = self.records().ok()?;
        Some(super::hash(records.iter()))
    }

    fn fold_bytes(&self) -> usize {
        let Bytes(bytes) = self.fold().slots.stats().bytes();
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }

    fn dedup(&self) -> Option<Dedup> {
        Some(self.summary())
    }
}
