//! The trace: a record of every access.

mod gated;
mod plain;

pub(crate) use gated::PhasedDedup;
pub(crate) use plain::PlainTrace;

use crate::access::{Access, LogQuery};
use crate::dedup::Dedup;
use crate::slots::Ended;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Takes accesses, and has records made of them where there are to be any.
pub(crate) trait Trace {
    fn push(&mut self, access: Access, record: impl FnOnce(&Access) -> LogQuery);
    /// Of frames and transactions alike: what undoes their writes is traced, too.
    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended;
    /// Records that are kept.
    fn kept(&self) -> usize;
    /// Bytes of a fold that goes along.
    fn fold_bytes(&self) -> usize {
        0
    }
    /// A number that traces with the same records share; `None`: there are none.
    fn hash(&self) -> Option<u64>;
    /// What the accesses come to; `None`: nobody looked at them.
    fn dedup(&self) -> Option<Dedup>;
}

/// A number that the same records share.
fn hash<'r>(records: impl Iterator<Item = &'r LogQuery>) -> u64 {
    let mut hasher = DefaultHasher::new();
    records.for_each(|record| record.hash(&mut hasher));
    hasher.finish()
}

/// No trace: something else is measured.
impl Trace for () {
    fn push(&mut self, _: Access, _: impl FnOnce(&Access) -> LogQuery) {}

    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        body(self)
    }

    fn kept(&self) -> usize {
        0
    }

    fn hash(&self) -> Option<u64> {
        None
    }

    fn dedup(&self) -> Option<Dedup> {
        None
    }
}
