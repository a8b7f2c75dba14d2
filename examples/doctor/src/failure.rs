//! Why the program ends with an error, in one line.

use std::io;

/// An error; its text is one line that says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is not understood.
    #[error("{0}")]
    Usage(String),
    /// Standard output does not take the findings.
    #[error("cannot print the findings: {0}; check where stdout goes")]
    Print(#[from] io::Error),
}

impl Failure {
    /// 2 if the command line asks for what cannot be done, else 1.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Print(_) => 1,
        }
    }
}
