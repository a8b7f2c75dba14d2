//! The ways to prove that are compared.
#![forbid(unsafe_code)]

use crate::heap::Blocks;
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
    /// The published prover in a `#[lowmem]` phase: large blocks in one file, as far as half of the limit does not
    /// hold them
    Compat,
    /// Streamed, all columns as wide as the field, with tiles as they are
    StreamedPlainRaw,
    /// Streamed, columns as narrow as they are, with tiles as they are
    StreamedPlain,
    /// Streamed, all columns as wide as the field, with encrypted tiles
    StreamedRaw,
    /// Streamed, columns as narrow as they are, with encrypted tiles: the default of the library
    Streamed,
}

/// How a streamed proof is in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) encrypted: bool,
    pub(crate) narrow: bool,
}

impl Arm {
    /// The name on the command line and in results.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Glibc => "glibc",
            Self::Naive => "naive",
            Self::Compat => "compat",
            Self::StreamedPlainRaw => "streamed-plain-raw",
            Self::StreamedPlain => "streamed-plain",
            Self::StreamedRaw => "streamed-raw",
            Self::Streamed => "streamed",
        }
    }

    /// How it streams, within a limit that it is told; `None` if it does not.
    pub(crate) const fn form(self) -> Option<Form> {
        let (encrypted, narrow) = match self {
            Self::Glibc | Self::Naive | Self::Compat => return None,
            Self::StreamedPlainRaw => (false, false),
            Self::StreamedPlain => (false, true),
            Self::StreamedRaw => (true, false),
            Self::Streamed => (true, true),
        };
        Some(Form { encrypted, narrow })
    }

    /// Who allocates.
    pub(crate) const fn blocks(self) -> Blocks {
        match self {
            Self::Glibc => Blocks::System,
            Self::Naive => Blocks::Files,
            _ => Blocks::Zkarena,
        }
    }
}

impl fmt::Display for Arm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
