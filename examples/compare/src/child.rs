//! Running an arm's binary.

use crate::arms::Arm;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use zkarena_measure::child::{self, ChildError};

/// A process that takes longer hangs.
const LIMIT: Duration = Duration::from_mins(15);

/// A binary in an arm's environment: the arm's settings, and none of the caller's.
pub(crate) fn command(binary: &Path, arm: &Arm) -> Command {
    let mut command = child::command(binary);
    command.envs(arm.environment.iter().copied());
    command
}

/// Runs a command that prints one line of JSON.
pub(crate) fn result<T: DeserializeOwned>(command: Command) -> Result<T, ChildError> {
    child::result(command, &LIMIT.into())
}

/// What a command prints, if it succeeds in time.
pub(crate) fn text(command: Command) -> Result<String, ChildError> {
    child::text(command, &LIMIT.into())
}
