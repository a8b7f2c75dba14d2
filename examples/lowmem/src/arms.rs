//! The ways to prove that are compared.
#![forbid(unsafe_code)]

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A way to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Arm {
    /// The published prover on the C library's allocator; without a limit, the reference
    Glibc,
    /// The published prover, every large block in a mapped file of its own
    Naive,
    /// Streamed, with tiles as they are
    StreamedPlain,
    /// Streamed, with encrypted tiles
    Streamed,
}

impl Arm {
    /// The name on the command line and in results.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Glibc => "glibc",
            Self::Naive => "naive",
            Self::StreamedPlain => "streamed-plain",
            Self::Streamed => "streamed",
        }
    }

    /// Whether large blocks are in mapped files.
    pub(crate) const fn maps_blocks(self) -> bool {
        matches!(self, Self::Naive)
    }
}

impl fmt::Display for Arm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
