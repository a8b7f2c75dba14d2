//! What is compared, and what is measured of it.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A way to keep facts, trace and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Variant {
    /// A map for each fact, vectors that double
    Naive,
    /// A map for each way to go back, vectors with exact room
    Merged,
    /// One keyed state, a gated trace, reserved logs, in a phase
    Zkarena,
}

/// Whether accesses are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// The trace is kept
    Record,
    /// The trace is not kept
    Skip,
}

/// What a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    /// Everything
    Whole,
    /// The facts by slot alone
    Keyed,
    /// The trace alone
    Trace,
    /// The logs alone
    Logs,
    /// The logs alone, doubling in an arena of bumpalo
    Bump,
    /// The memory of frames alone
    Scratch,
}

/// The name on the command line and in results.
pub(crate) fn name(value: &impl ValueEnum) -> String {
    let value = value.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}
