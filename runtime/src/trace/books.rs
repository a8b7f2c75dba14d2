//! What a trace tells the reports when it ends.
#![forbid(unsafe_code)]

use super::TraceMode;
use crate::phase::{Phase, TraceReport, file_trace};
use std::any::type_name;
use std::panic::Location;

/// Counts the events of a log, and files the sum.
///
/// A value of its own, so that the log needs no destructor: a phase may end while one is in scope.
#[derive(Debug)]
pub(super) struct Books {
    pub(super) events: u64,
    pub(super) opened_at: &'static Location<'static>,
    record: &'static str,
    record_bytes: u64,
    mode: TraceMode,
    /// How many there are is nobody's business.
    secret: bool,
}

impl Books {
    pub(super) fn of<T>(
        phase: Phase<'_>,
        mode: TraceMode,
        opened_at: &'static Location<'static>,
    ) -> Self {
        Self {
            events: 0,
            opened_at,
            record: type_name::<T>(),
            record_bytes: size_of::<T>() as u64,
            mode,
            secret: phase.is_secret(),
        }
    }
}

impl Drop for Books {
    fn drop(&mut self) {
        if self.events == 0 || self.secret {
            return;
        }
        let (recorded, skipped) = match self.mode {
            TraceMode::Record => (self.events, 0),
            TraceMode::Skip => (0, self.events),
        };
        file_trace(&TraceReport {
            record: self.record,
            file: self.opened_at.file(),
            line: self.opened_at.line(),
            column: self.opened_at.column(),
            traces: 1,
            most_records: self.events,
            recorded_records: recorded,
            recorded_bytes: recorded.saturating_mul(self.record_bytes),
            skipped_records: skipped,
            skipped_bytes: skipped.saturating_mul(self.record_bytes),
        });
    }
}
