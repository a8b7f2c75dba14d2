//! Whether a trace keeps its records: said by a type, or by a value, before the first of them.
#![forbid(unsafe_code)]

use std::error::Error;
use std::fmt;
use std::panic::Location;

/// A trace that keeps its records, by its type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record;

/// A trace that keeps no record, by its type: the log has no `records()`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skip;

/// Whether a trace keeps its records, by a value: that of a setting, for instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TraceMode {
    /// It does.
    Record,
    /// It does not: no record is built, and none takes memory.
    Skip,
}

/// What says whether a trace keeps its records: [`Record`] and [`Skip`] as types, [`TraceMode`] as a value.
///
/// It is given to the trace when that is opened, and cannot be changed: there is no way to keep some
/// records, and have the others missing.
///
/// ```compile_fail
/// # use zkarena::{TraceFold, TraceLog, TraceMode};
/// fn gate<F: TraceFold<u64>>(log: &mut TraceLog<'_, u64, F>) {
///     log.gate = TraceMode::Skip; // error: the field is private, and no method writes it
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether a trace is recorded",
    label = "not a mode of a trace",
    note = "it is `zkarena::Record` or `zkarena::Skip`, or a value of type `zkarena::TraceMode`"
)]
pub trait TraceGate: Copy + fmt::Debug + sealed::Sealed {
    /// The mode as a value.
    fn mode(self) -> TraceMode;
}

mod sealed {
    /// No other modes: what a log does depends on there being two.
    pub trait Sealed {}
    impl Sealed for super::Record {}
    impl Sealed for super::Skip {}
    impl Sealed for super::TraceMode {}
}

impl TraceGate for Record {
    #[inline]
    fn mode(self) -> TraceMode {
        TraceMode::Record
    }
}

impl TraceGate for Skip {
    #[inline]
    fn mode(self) -> TraceMode {
        TraceMode::Skip
    }
}

impl TraceGate for TraceMode {
    #[inline]
    fn mode(self) -> TraceMode {
        self
    }
}

/// The records of a skipped trace were asked for; not an empty list, which somebody would believe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceSkipped {
    pub(super) events: u64,
    pub(super) opened_at: &'static Location<'static>,
}

impl TraceSkipped {
    /// How many records there would be.
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Where the trace was opened, and its mode decided.
    pub const fn opened_at(&self) -> &'static Location<'static> {
        self.opened_at
    }
}

impl fmt::Display for TraceSkipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { events, opened_at } = self;
        write!(
            f,
            "the trace opened at {opened_at} skips its records: {events} observed, none kept; \
             open it with `TraceMode::Record`, or read its summary"
        )
    }
}

impl Error for TraceSkipped {}
