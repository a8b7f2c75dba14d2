//! Why the program ends with an error, in one line.
#![forbid(unsafe_code)]

use std::io;
use zkarena_statements::SizeError;

/// An error; its text is one line that says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is not understood.
    #[error("{0}")]
    Usage(String),
    /// The statement cannot have that size.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// There is no cgroup to be had.
    #[error("nothing limits memory here: {0}; run it as root on Linux")]
    NoGroups(String),
    /// The system refuses something.
    #[error("{what}: {source}; see that cargo built `service`, and that the disk has room")]
    System {
        /// What was tried.
        what: &'static str,
        /// The reason.
        source: io::Error,
    },
    /// Promises that did not hold.
    #[error("{}", .0.join("; "))]
    Broken(Vec<String>),
}

impl Failure {
    /// 2 if nothing was measured, else 1.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Size(_) | Self::NoGroups(_) => 2,
            Self::System { .. } | Self::Broken(_) => 1,
        }
    }

    /// An error of the system.
    pub(crate) const fn of_system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}
