//! How often what happens.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The batches that are replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Workload {
    /// A batch of many logs: 1,246,151 costs
    W1,
    /// A batch of many accesses: 201,191 reads and 67,551 writes of 16,771 slots
    W2,
    /// Many slots: 1.46 million
    W3,
}

/// What a batch has of everything, once transactions that were tried again are counted once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) transactions: usize,
    pub(crate) slots: usize,
    /// Slots that are only read.
    pub(crate) read_only: usize,
    pub(crate) reads: usize,
    pub(crate) writes: usize,
    pub(crate) events: usize,
    /// Frames.
    pub(crate) far_calls: usize,
    pub(crate) refunds: usize,
    pub(crate) costs: usize,
    /// Of the trace, with those of what was undone; `None`: as many as there happen to be.
    pub(crate) records: Option<usize>,
}

impl Workload {
    /// What it has of everything, divided by `divisor`; the README of this package says where the counts come from.
    pub(crate) fn counts(self, divisor: usize) -> Counts {
        match self {
            Self::W1 => W1,
            Self::W2 => W2,
            Self::W3 => W3,
        }
        .divided(divisor)
    }
}

const W1: Counts = Counts {
    transactions: 4_487,
    slots: 10_729,
    read_only: 2_230,
    reads: 103_385,     // 13.2 accesses for each slot,
    writes: 38_238,     // 27 % of which write
    events: 26_908,     // 0.19 for each access
    far_calls: 155_785, // 1.10 for each access
    refunds: 563_747,
    costs: 1_246_151,
    records: Some(1_246_151),
};

const W2: Counts = Counts {
    transactions: 1_485,
    slots: 16_771,
    read_only: 3_486, // the share of W1, as in W3
    reads: 201_191,
    writes: 67_551,
    events: 54_579,
    far_calls: 287_341,
    refunds: 268_742, // one for each access
    costs: 268_742,
    records: None,
};

const W3: Counts = Counts {
    transactions: 149_744, // 9.75 slots for each
    slots: 1_460_000,
    read_only: 303_460,
    reads: 3_197_400,  // 3 accesses for each slot,
    writes: 1_182_600, // 27 % of which write
    events: 832_200,
    far_calls: 4_818_000,
    refunds: 4_380_000,
    costs: 4_380_000,
    records: None,
};

impl Counts {
    fn divided(self, divisor: usize) -> Self {
        let part = |count: usize| count.div_ceil(divisor);
        let accesses = part(self.reads) + part(self.writes);
        // Rounding must not leave fewer refunds than accesses, or fewer costs than refunds.
        let refunds = part(self.refunds).max(accesses);
        let costs = part(self.costs).max(refunds);
        Self {
            transactions: part(self.transactions),
            slots: part(self.slots),
            read_only: self.read_only / divisor,
            reads: part(self.reads),
            writes: part(self.writes),
            events: part(self.events),
            far_calls: part(self.far_calls),
            refunds,
            costs,
            records: self.records.map(|_| costs),
        }
    }

    /// Reads and writes of slots.
    pub(crate) const fn accesses(&self) -> usize {
        self.reads + self.writes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// W2 has its own counts of all of these.
    #[test]
    fn shares_are_those_of_real_batches() {
        for workload in [Workload::W1, Workload::W3] {
            let counts = workload.counts(1);
            let accesses = counts.accesses();
            assert_eq!((counts.writes * 100 + accesses / 2) / accesses, 27);
            assert_eq!((counts.events * 100 + accesses / 2) / accesses, 19);
            assert_eq!((counts.far_calls * 100 + accesses / 2) / accesses, 110);
        }
        let w1 = Workload::W1.counts(1);
        assert_eq!((w1.accesses() * 10 + w1.slots / 2) / w1.slots, 132);
    }

    #[test]
    fn parts_can_be_generated() {
        for divisor in [1, 7, 1000, 1_000_000] {
            for workload in Workload::value_variants() {
                let counts = workload.counts(divisor);
                assert!(counts.refunds >= counts.accesses(), "{counts:?}");
                assert!(counts.costs >= counts.refunds, "{counts:?}");
                assert!(
                    counts.slots - counts.read_only <= counts.writes,
                    "{counts:?}"
                );
            }
        }
    }
}
