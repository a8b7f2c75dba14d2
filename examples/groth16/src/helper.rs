//! What to look for, derived by another process of this program.

use crate::args::Args;
use std::env;
use std::io;
use std::process::Command;
use zkarena_forensics::{KeySet, answer};

/// Has a process derive the windows of the witness.
///
/// # Errors
/// If it does not start, or fails.
pub(crate) fn keys(args: &Args) -> io::Result<KeySet> {
    KeySet::derived_by(Command::new(env::current_exe()?).args(args.for_keys()))
}

/// What that process does.
///
/// # Errors
/// Those of the pipes.
pub(crate) fn write_keys(args: &Args) -> io::Result<()> {
    answer(|| zkarena_groth16::patterns(args.job()))
}
