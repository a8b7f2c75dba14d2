//! The facts that a VM keeps about storage slots while it runs a batch.

mod five;
mod keyed;
mod rollback;
mod three;

pub(crate) use five::FiveMaps;
pub(crate) use keyed::SlotStates;
pub(crate) use three::ThreeMaps;

use crate::dedup::Dedup;
use crate::word::{SlotKey, U256};

/// A frame or a transaction is to be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Undone;

/// How a frame or a transaction ends.
pub(crate) type Ended = Result<(), Undone>;

/// What a read gives.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) value: U256,
    pub(crate) refund: u32,
}

/// What a write gives.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wrote {
    pub(crate) before: U256,
    pub(crate) refund: u32,
    /// Of public data, less what was paid for the slot before.
    pub(crate) cost: i32,
}

/// Facts by slot: whether it was read and written, what it was, what it is now, and what was paid for it.
///
/// A frame that reverts takes values and payments back, a transaction that is undone takes back all but what slots
/// were before the batch.
pub(crate) trait Slots {
    fn read(&mut self, key: &SlotKey) -> Seen;
    fn write(&mut self, key: &SlotKey, value: U256) -> Wrote;
    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended;
    fn transaction(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended;
    /// Searches for a key so far.
    fn probes(&self) -> u64;
    /// Bytes of what is kept to undo, which is no fact itself.
    fn undo_bytes(&self) -> usize;
    /// What the batch comes to; `None`: nobody knows.
    fn dedup(&mut self) -> Option<Dedup>;
}

/// No facts: something else is measured.
impl Slots for () {
    fn read(&mut self, _: &SlotKey) -> Seen {
        Seen::default()
    }

    fn write(&mut self, _: &SlotKey, _: U256) -> Wrote {
        Wrote::default()
    }

    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        body(self)
    }

    fn transaction(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        body(self)
    }

    fn probes(&self) -> u64 {
        0
    }

    fn undo_bytes(&self) -> usize {
        0
    }

    fn dedup(&mut self) -> Option<Dedup> {
        None
    }
}
