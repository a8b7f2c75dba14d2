//! The batch: what happens in which order, the same in every run.

mod counts;
mod generate;
mod slots;
mod tally;

pub(crate) use counts::{Counts, Workload};
pub(crate) use tally::Tally;

use crate::word::SlotKey;

/// A step of the VM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// A transaction begins; it ends with `Retry` or `Done`.
    Transaction,
    /// A frame begins; it ends with `Return` or `Revert`.
    Call,
    /// A slot is read, by its number.
    Read(u32),
    /// A slot is written, by its number; what is written follows from the other number.
    Write(u32, u16),
    /// A slot is read that costs nothing: a refund, a cost and a record, and no fact to keep about the slot.
    Free,
    /// Storage that dies with the transaction: a cost and a record.
    Transient,
    /// The same without a record.
    Untraced,
    /// An event.
    Event,
    /// The frame ends well.
    Return,
    /// The frame ends, and what it did to storage is undone.
    Revert,
    /// The transaction ends, all of it is undone, and it is there once more.
    Retry,
    /// The transaction ends well.
    Done,
}

/// A workload.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) counts: Counts,
    /// By the slots' numbers.
    pub(crate) keys: Vec<SlotKey>,
    pub(crate) ops: Vec<Op>,
    pub(crate) tally: Tally,
}

impl Batch {
    /// The same for the same counts.
    pub(crate) fn new(counts: Counts) -> Self {
        let ops = generate::ops(&counts);
        let slots = u32::try_from(counts.slots).unwrap_or(u32::MAX);
        Self {
            counts,
            keys: (0..slots).map(SlotKey::random).collect(),
            tally: Tally::of(&ops),
            ops,
        }
    }
}
