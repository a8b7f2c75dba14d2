//! What became of the vectors that a phase reserved by name.
#![forbid(unsafe_code)]

use serde::Serialize;

/// What was known of the length of a vector before its phase opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// How many elements there will be: `refunds = n`.
    Exact,
    /// How many there will be at most: `events <= n`.
    AtMost,
    /// Nothing: it grows, and the report says by how much.
    Unknown,
}

/// What became of one name in a `reserve(..)`, over all runs of its phase.
///
/// Lengths are elements. Those of a witness phase are a secret, and not in any report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReservationReport {
    /// The name.
    pub name: &'static str,
    /// What the count was.
    pub bound: Bound,
    /// Bytes of an element.
    pub element_bytes: u64,
    /// How many vectors were made.
    pub runs: u64,
    /// Elements that there was room for over all runs: counts and bounds, without what grew.
    pub reserved: u64,
    /// Elements that were in use over all runs: the greatest length of each vector.
    pub used: u64,
    /// The greatest length of any run.
    pub most: u64,
    /// How often the vectors grew; always 0 with a count.
    pub growths: u64,
    /// Bytes of places that they grew out of, and that nobody could use before the phase ended.
    pub abandoned_bytes: u64,
}

impl ReservationReport {
    /// Elements that were reserved and never used, over all runs.
    pub const fn unused(&self) -> u64 {
        self.reserved.saturating_sub(self.used)
    }

    pub(super) fn is_like(&self, other: &Self) -> bool {
        let what = |of: &Self| (of.name, of.bound, of.element_bytes);
        what(self) == what(other)
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.reserved = self.reserved.saturating_add(other.reserved);
        self.used = self.used.saturating_add(other.used);
        self.most = self.most.max(other.most);
        self.growths += other.growths;
        self.abandoned_bytes += other.abandoned_bytes;
    }
}
