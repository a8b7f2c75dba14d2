//! A log that is kept or skipped, with a fold that sees the same in both cases.

use super::Trace;
use crate::access::{Access, LogQuery};
use crate::dedup::{Dedup, StorageDedup};
use crate::slots::Ended;
use zkarena::{TraceFold, TraceLog, Twin};

impl TraceFold<LogQuery> for StorageDedup {
    type Event = Access;
    type Summary = Dedup;

    fn event(record: &LogQuery) -> Access {
        record.access()
    }

    fn observe(&mut self, access: &Access) {
        self.see(access);
    }

    fn summary(&self) -> Dedup {
        self.dedup()
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

impl Trace for TraceLog<'_, LogQuery, StorageDedup> {
    fn push(&mut self, access: Access, record: impl FnOnce(&Access) -> LogQuery) {
        self.push(access, record);
    }

    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        self.frame(body)
    }

    fn records(&self) -> usize {
        TraceLog::records(self).map_or(0, |records| records.len())
    }

    fn hash(&self) -> Option<u64> {
        let records = TraceLog::records(self).ok()?;
        Some(super::hash(records.iter()))
    }

    fn dedup(&self) -> Option<Dedup> {
        Some(self.summary())
    }
}
