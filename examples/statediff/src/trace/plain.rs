//! A vector of records that can be left empty.

use super::Trace;
use crate::access::{Access, LogQuery};
use crate::dedup::{Dedup, StorageDedup};
use crate::slots::Ended;

/// Records in a vector; the gate is a flag, which whoever makes the VM has to set.
#[derive(Debug)]
pub(crate) struct PlainTrace {
    records: Vec<LogQuery>,
    is_open: bool,
}

impl PlainTrace {
    /// One that grows by doubling.
    pub(crate) const fn growing(is_open: bool) -> Self {
        let records = Vec::new();
        Self { records, is_open }
    }

    /// One with room for so many records.
    pub(crate) fn exact(records: usize, is_open: bool) -> Self {
        let mut trace = Self::growing(is_open);
        if is_open {
            trace.records.reserve_exact(records);
        }
        trace
    }

    /// Takes back, last first, all records since that are not taken back yet.
    fn undo(&mut self, since: usize) {
        let mut taken_back = 0_usize;
        for at in (since..self.records.len()).rev() {
            let record = self.records[at];
            if record.undoes() {
                taken_back += 1;
            } else if taken_back > 0 {
                taken_back -= 1;
            } else {
                self.records.push(record.undone());
            }
        }
    }
}

impl Trace for PlainTrace {
    fn push(&mut self, access: Access, record: impl FnOnce(&Access) -> LogQuery) {
        if self.is_open {
            self.records.push(record(&access));
        }
    }

    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        let start = self.records.len();
        let ended = body(self);
        if ended.is_err() {
            self.undo(start);
        }
        ended
    }

    fn kept(&self) -> usize {
        self.records.len()
    }

    fn hash(&self) -> Option<u64> {
        self.is_open.then(|| super::hash(self.records.iter()))
    }

    fn dedup(&self) -> Option<Dedup> {
        self.is_open.then(|| {
            let mut fold = StorageDedup::default();
            let accesses = self.records.iter().map(LogQuery::access);
            accesses.for_each(|access| fold.see(&access));
            fold.dedup()
        })
    }
}
