//! What traces kept and skipped, by the place where they were opened.
#![forbid(unsafe_code)]

use serde::Serialize;

/// The traces that were opened at one place and have ended: those that saw at least one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TraceReport {
    /// The type of the records.
    pub record: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line in it.
    pub line: u32,
    /// The column in that.
    pub column: u32,
    /// How many there were.
    pub traces: u64,
    /// Records of the longest one, kept or skipped: what to reserve the next time.
    pub most_records: u64,
    /// Records that were kept.
    pub recorded_records: u64,
    /// Bytes of them.
    pub recorded_bytes: u64,
    /// Records that were not built.
    pub skipped_records: u64,
    /// Bytes that they would have.
    pub skipped_bytes: u64,
}

impl TraceReport {
    /// Whether it is about the traces of the same place.
    fn is_about(&self, other: &Self) -> bool {
        let place = |report: &Self| (report.line, report.column, report.file, report.record);
        place(self) == place(other)
    }

    fn add(&mut self, other: &Self) {
        self.traces += other.traces;
        self.most_records = self.most_records.max(other.most_records);
        self.recorded_records += other.recorded_records;
        self.recorded_bytes += other.recorded_bytes;
        self.skipped_records += other.skipped_records;
        self.skipped_bytes += other.skipped_bytes;
    }

    /// Enters a trace in the reports so far.
    pub(super) fn enter(&self, reports: &mut Vec<Self>) {
        match reports.iter_mut().find(|report| report.is_about(self)) {
            Some(report) => report.add(self),
            None => reports.push(*self),
        }
    }
}
