//! Why there is no plan, in one line.

use std::io;
use std::path::PathBuf;

use zkarena::ops::{PlanError, ProfileError};

/// An error; its text is one line that says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is not understood.
    #[error("{0}")]
    Usage(String),
    /// There is no profile.
    #[error("{0}")]
    Profile(#[from] ProfileError),
    /// The profile has other circuits.
    #[error("{} has no runs of {circuit}; measure some with `prove --profile`", profile.display())]
    UnknownCircuit {
        /// What was asked for.
        circuit: String,
        /// Where it is not.
        profile: PathBuf,
    },
    /// The limit is too small, or there is nothing to plan.
    #[error("{0}")]
    Plan(#[from] PlanError),
    /// Standard output does not take the plan.
    #[error("cannot print the plan: {0}; check where stdout goes")]
    Print(#[from] io::Error),
}

impl Failure {
    /// 2 if the command line asks for what cannot be done, else 1.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Profile(_) | Self::UnknownCircuit { .. } | Self::Plan(_) => 2,
            Self::Print(_) => 1,
        }
    }
}
