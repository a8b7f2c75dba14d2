//! What kind of place something was found in.
#![forbid(unsafe_code)]

use serde::{Deserialize, Serialize};
use std::fmt;

/// A kind of memory, or registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The stack of a thread.
    Stack,
    /// `[heap]`, which `brk` grows.
    Heap,
    /// A mapping without a file.
    Anonymous,
    /// A mapping of a file: code, constants, statics.
    File,
    /// A mapping that is left out of core files and wiped on fork: where witnesses live.
    Witness,
    /// Mappings of the kernel.
    Kernel,
    /// The general registers of a thread.
    Registers,
    /// The floating point and vector registers of a thread.
    Vectors,
    /// The notes of a core file, which have the registers.
    CoreNotes,
    /// Memory in a core file.
    Core,
}

impl Class {
    /// The name, as in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stack => "stack",
            Self::Heap => "heap",
            Self::Anonymous => "anonymous",
            Self::File => "file",
            Self::Witness => "witness",
            Self::Kernel => "kernel",
            Self::Registers => "registers",
            Self::Vectors => "vectors",
            Self::CoreNotes => "core_notes",
            Self::Core => "core",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
