//! The trace: a record of every access.

mod plain;

pub(crate) use plain::PlainTrace;

use crate::access::{Access, Moment};
use crate::dedup::Dedup;
use crate::slots::Ended;

/// Takes accesses, and makes records of them where there are to be any.
pub(crate) trait Trace {
    fn push(&mut self, access: Access, at: Moment);
    /// Of frames and transactions alike: what undoes their writes is traced, too.
    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended;
    /// Records that were built.
    fn records(&self) -> usize;
    /// Bytes of all records that are kept.
    fn payload(&self) -> usize;
    /// What the accesses come to; `None`: nobody looked at them.
    fn dedup(&self) -> Option<Dedup>;
}

/// No trace: something else is measured.
impl Trace for () {
    fn push(&mut self, _: Access, _: Moment) {}

    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        body(self)
    }

    fn records(&self) -> usize {
        0
    }

    fn payload(&self) -> usize {
        0
    }

    fn dedup(&self) -> Option<Dedup> {
        None
    }
}
