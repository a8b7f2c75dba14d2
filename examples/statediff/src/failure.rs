//! Why the program ends with an error, in one line.

use std::io;
use zkarena::AllocError;
use zkarena_measure::child::ChildError;

/// An error; its text is one line that says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is not understood.
    #[error("{0}")]
    Usage(String),
    /// A process of its own gives no result.
    #[error("{0} gives no result: {1}; see that there is memory for it, or try --divide 10")]
    Turn(String, ChildError),
    /// Variants, modes or derivations differ.
    #[error("{0}; do not trust this build: at least one of the two is wrong")]
    Unequal(String),
    /// The phase does not open, or has no room.
    #[error("the phase refuses memory: {0}; see that there is memory for it, or try --divide 10")]
    Phase(#[from] AllocError),
    /// The kernel refuses something.
    #[error("{0}: {1}; check what this process may do")]
    System(&'static str, io::Error),
    /// Standard output does not take the results.
    #[error("cannot print the results: {0}; check where stdout goes")]
    Print(#[from] io::Error),
}

impl Failure {
    /// 2 if nothing was measured because the command line asks for what cannot be done, else 1.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            _ => 1,
        }
    }
}
