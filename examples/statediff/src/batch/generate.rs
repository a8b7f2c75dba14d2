//! Makes the steps of a batch.

use super::slots::Slots;
use super::{Counts, Op, Tally};
use crate::word::Dice;

/// Frames are at most so deep in each other.
const DEPTH: usize = 8;
/// One frame in so many reverts.
const REVERTS: usize = 20;
/// One transaction in so many is tried again.
const RETRIES: usize = 50;

/// What a transaction consists of, but for frames' ends.
const KINDS: [Kind; 6] = [
    Kind::Read,
    Kind::Write,
    Kind::Free,
    Kind::Transient,
    Kind::Event,
    Kind::Call,
];

#[derive(Clone, Copy)]
enum Kind {
    Read,
    Write,
    Free,
    Transient,
    Event,
    Call,
}

struct Generator<'a> {
    counts: &'a Counts,
    dice: Dice,
    slots: Slots,
    ops: Vec<Op>,
    depth: usize,
}

/// The steps, as many of each kind as the counts say.
pub(super) fn ops(counts: &Counts) -> Vec<Op> {
    let mut generator = Generator {
        counts,
        dice: Dice::new(0x000b_a7c4),
        slots: Slots::new(counts),
        ops: Vec::new(),
        depth: 0,
    };
    for number in 0..counts.transactions {
        generator.transaction(number);
    }
    let mut ops = generator.ops;
    if let Some(records) = counts.records {
        let records_now = Tally::of(&ops).records;
        untrace(&mut ops, records_now.saturating_sub(records));
    }
    ops.shrink_to_fit();
    ops
}

impl Generator<'_> {
    fn transaction(&mut self, number: usize) {
        self.ops.push(Op::Transaction);
        let start = self.ops.len();
        self.body(number);
        if self.dice.once_in(RETRIES) {
            let body = start..self.ops.len();
            self.ops.extend([Op::Retry, Op::Transaction]);
            self.ops.extend_from_within(body);
        }
        self.ops.push(Op::Done);
    }

    fn body(&mut self, number: usize) {
        let share = |total: usize| {
            let transactions = self.counts.transactions;
            total * (number + 1) / transactions - total * number / transactions
        };
        let mut left = KINDS.map(|kind| share(self.total(kind)));
        let slots = self.counts.slots * (number + 1) / self.counts.transactions;
        while let Some(kind) = self.kind(&left) {
            let accesses = left[Kind::Read as usize] + left[Kind::Write as usize];
            left[kind as usize] -= 1;
            self.end_some_frames();
            self.step(kind, |generator| {
                let wanted = slots.saturating_sub(generator.slots.used());
                generator.dice.roll(accesses) < wanted
            });
        }
        while self.depth > 0 {
            self.end_frame();
        }
    }

    const fn total(&self, kind: Kind) -> usize {
        let counts = self.counts;
        match kind {
            Kind::Read => counts.reads,
            Kind::Write => counts.writes,
            Kind::Free => counts.refunds - counts.accesses(),
            Kind::Transient => counts.costs - counts.refunds,
            Kind::Event => counts.events,
            Kind::Call => counts.far_calls,
        }
    }

    /// One of what is left, the more likely the more there is of it.
    fn kind(&mut self, left: &[usize; 6]) -> Option<Kind> {
        let all = left.iter().sum();
        if all == 0 {
            return None;
        }
        let mut at = self.dice.roll(all);
        KINDS.into_iter().find(|kind| {
            let count = left[*kind as usize];
            let found = at < count;
            at = at.saturating_sub(count);
            found
        })
    }

    fn step(&mut self, kind: Kind, is_new: impl FnOnce(&mut Self) -> bool) {
        let op = match kind {
            Kind::Read => {
                let new = is_new(self);
                Op::Read(self.slots.for_read(new))
            }
            Kind::Write => {
                let new = is_new(self);
                let seed = u16::try_from(self.dice.roll(1 << 16)).unwrap_or(0);
                Op::Write(self.slots.for_write(new), seed)
            }
            Kind::Free => Op::Free,
            Kind::Transient => Op::Transient,
            Kind::Event => Op::Event,
            Kind::Call => {
                self.depth += 1;
                Op::Call
            }
        };
        self.ops.push(op);
    }

    /// Ends frames now and then, and always before they are too deep.
    fn end_some_frames(&mut self) {
        while self.depth == DEPTH || (self.depth > 0 && self.dice.once_in(3)) {
            self.end_frame();
        }
    }

    fn end_frame(&mut self) {
        self.depth -= 1;
        let reverts = self.dice.once_in(REVERTS);
        self.ops.push(if reverts { Op::Revert } else { Op::Return });
    }
}

/// Takes the records of so many steps away, in transactions that run once.
fn untrace(ops: &mut [Op], mut records: usize) {
    let (mut start, mut runs_once) = (0, true);
    for at in 0..ops.len() {
        match ops[at] {
            Op::Transaction => start = at,
            Op::Retry => runs_once = false,
            Op::Done if runs_once => records -= untrace_kept(&mut ops[start..at], records),
            Op::Done => runs_once = true,
            _ => {}
        }
    }
}

/// The same in one transaction, and only what is not undone: that has two records. How many it were.
fn untrace_kept(transaction: &mut [Op], records: usize) -> usize {
    let mut ends = Vec::new();
    let mut taken = 0;
    for op in transaction.iter_mut().rev() {
        match op {
            Op::Return | Op::Revert => ends.push(*op),
            Op::Call => _ = ends.pop(),
            Op::Transient if taken < records && !ends.contains(&Op::Revert) => {
                *op = Op::Untraced;
                taken += 1;
            }
            _ => {}
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{Batch, Workload};
    use clap::ValueEnum;
    use std::collections::BTreeSet;

    /// The steps of a batch without what is tried again.
    fn once(ops: &[Op]) -> Vec<Op> {
        let mut kept = Vec::new();
        let mut start = 0;
        for op in ops {
            match op {
                Op::Transaction => start = kept.len(),
                Op::Retry => kept.truncate(start),
                _ => {}
            }
            if *op != Op::Retry {
                kept.push(*op);
            }
        }
        kept
    }

    fn check(counts: Counts) {
        let batch = Batch::new(counts);
        let ops = once(&batch.ops);
        let count = |wanted: fn(&Op) -> bool| ops.iter().filter(|op| wanted(op)).count();
        let reads = count(|op| matches!(op, Op::Read(_)));
        let writes = count(|op| matches!(op, Op::Write(..)));
        let free = count(|op| *op == Op::Free);
        let transient = count(|op| matches!(op, Op::Transient | Op::Untraced));
        assert_eq!(count(|op| *op == Op::Done), counts.transactions);
        assert_eq!((reads, writes), (counts.reads, counts.writes));
        assert_eq!(reads + writes + free, counts.refunds);
        assert_eq!(reads + writes + free + transient, counts.costs);
        assert_eq!(count(|op| *op == Op::Event), counts.events);
        assert_eq!(count(|op| *op == Op::Call), counts.far_calls);
        slots_are_used(&ops, &counts);
    }

    fn slots_are_used(ops: &[Op], counts: &Counts) {
        let mut read = BTreeSet::new();
        let mut written = BTreeSet::new();
        for op in ops {
            match op {
                Op::Read(slot) => _ = read.insert(*slot),
                Op::Write(slot, _) => _ = written.insert(*slot),
                _ => {}
            }
        }
        assert_eq!(written.len(), counts.slots - counts.read_only);
        assert_eq!(read.union(&written).count(), counts.slots);
    }

    #[test]
    fn there_is_of_everything_what_the_counts_say() {
        for workload in [Workload::W1, Workload::W2] {
            check(workload.counts(1));
        }
        for workload in Workload::value_variants() {
            check(workload.counts(200));
        }
    }

    #[test]
    fn records_are_as_many_as_the_counts_say() {
        let batch = Batch::new(Workload::W1.counts(1));
        assert_eq!(Some(batch.tally.records), batch.counts.records);
        assert!(batch.tally.reverts > 1000 && batch.tally.retries > 10);
        assert!(batch.tally.events < batch.counts.events);
    }

    #[test]
    fn batches_are_the_same_in_every_run() {
        let counts = Workload::W2.counts(50);
        assert_eq!(ops(&counts), ops(&counts));
    }
}
