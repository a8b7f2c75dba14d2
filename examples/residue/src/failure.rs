//! Why the program ends with an error, in one line.

use crate::options::ArmName;
use std::env;
use std::io;
use std::path::PathBuf;
use zkarena_forensics::ChildError;

/// An error; its text is one line that says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line asks for what cannot be done.
    #[error("{0}; see `zkarena-residue --help`")]
    Usage(String),
    /// A binary is not there.
    #[error("there is no {}: build it with `cargo build --release -p zkarena-residue --features peers`", .0.display())]
    Missing(PathBuf),
    /// A prover does not do what it should.
    #[error("{arm}: {source}")]
    Child {
        /// Which.
        arm: ArmName,
        /// What it did.
        source: ChildError,
    },
    /// The kernel refuses.
    #[error("{0}: {1}")]
    System(&'static str, io::Error),
    /// The machine cannot do it, and has to: skips count as failures.
    #[error("skipped, which CI must not do: {0}")]
    Skipped(String),
    /// Something of the witness is left.
    #[error("zkarena left something of the witness")]
    Residue,
    /// The scan that must find something finds nothing.
    #[error("a scan finds nothing where the witness is in use, so the others say nothing")]
    Blind,
    /// Standard output does not take the results.
    #[error("cannot print the results: {0}")]
    Print(#[from] io::Error),
}

impl Failure {
    /// 2 if nothing was looked at because the command line asks for what cannot be done, else 1.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Missing(_) => 2,
            _ => 1,
        }
    }
}

/// Says that something cannot be done on this machine.
///
/// # Errors
/// [`Failure::Skipped`] where `CI=true`.
pub(crate) fn skip(reason: String) -> Result<(), Failure> {
    if env::var_os("CI").is_some_and(|value| value == "true") {
        return Err(Failure::Skipped(reason));
    }
    eprintln!("skipped: {reason}");
    Ok(())
}
