//! Why the program ends with an error, in one line.
#![forbid(unsafe_code)]

use crate::arms::Arm;
use std::io;
use zkarena::{Bytes, StoreError};
use zkarena_pcs::LowMemoryError;
use zkarena_statements::{ProveError, SizeError, Statement};

/// An error; its text is one line that says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is not understood.
    #[error("{0}")]
    Usage(String),
    /// A statement cannot have that size.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// The reference would not fit into memory.
    #[error(
        "in RAM, {statement} need about {need} and {have} are available; use a smaller --log-rows"
    )]
    TooBig {
        /// What was to be proved.
        statement: Statement,
        /// Its estimated peak.
        need: Bytes,
        /// What there is.
        have: Bytes,
    },
    /// There is no place for files.
    #[error("{0}; give --store-dir a directory on a disk")]
    Store(#[from] StoreError),
    /// Without the reference there is nothing to compare with.
    #[error("the reference gives no result: {0}; see that {statement} can be proved here with `prove`", statement = .1)]
    Reference(String, Statement),
    /// Proofs were made that do not hold.
    #[error("proofs of {} do not verify; do not trust this build on this machine", names(.0))]
    Unverified(Vec<Arm>),
    /// Some arms ended otherwise than by proving, by their limit, or by their time.
    #[error("{} failed; the results say why", names(.0))]
    Failed(Vec<Arm>),
    /// In a process of its own: there is no proof.
    #[error("there is no proof: {0}")]
    NoProof(#[from] ProveError),
    /// In a process of its own: there is no streamed proof.
    #[error("there is no proof: {0}")]
    Streaming(#[from] LowMemoryError),
    /// Somebody wants an end.
    #[error("interrupted; there are no results")]
    Interrupted,
    /// The kernel refuses something.
    #[error("{0}: {1}")]
    System(&'static str, io::Error),
    /// Standard output does not take the results.
    #[error("cannot print the results: {0}; check where stdout goes")]
    Print(#[from] io::Error),
}

impl Failure {
    /// 2 if nothing was measured because the command line asks for what cannot be done, 130 if interrupted,
    /// else 1.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_)
            | Self::Size(_)
            | Self::TooBig { .. }
            | Self::Store(_)
            | Self::Streaming(LowMemoryError::Memory { .. }) => 2,
            Self::Interrupted => 130,
            _ => 1,
        }
    }
}

fn names(arms: &[Arm]) -> String {
    let names: Vec<_> = arms.iter().map(|arm| arm.name()).collect();
    names.join(", ")
}
