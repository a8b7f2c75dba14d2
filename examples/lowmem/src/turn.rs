//! One proof of one arm in a process of its own, as its parent sees it.
#![forbid(unsafe_code)]

use crate::args::Plan;
use crate::arms::Arm;
use crate::failure::Failure;
use crate::heap;
use crate::prove::Run;
use serde::Serialize;
use std::env;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use zkarena_measure::child::{self, ChildError, Patience};
use zkarena_measure::group::{Group, Groups};
use zkarena_statements::Statement;

/// The exit code for what cannot be done, as of [`Failure::exit_code`].
const REFUSED: i32 = 2;

/// How a process ended.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It made a proof.
    Done(Run),
    /// The kernel killed it for its memory.
    Killed,
    /// It was ended after so many seconds.
    TimedOut(f64),
    /// It did not begin: it knows that the limit is too low.
    Refused(String),
    /// In another way, as it says.
    Failed(String),
}

/// A process that has ended.
#[derive(Debug, Serialize)]
pub(crate) struct Try {
    pub(crate) round: u16,
    pub(crate) outcome: Outcome,
    /// The most that was charged to its cgroup, page cache included.
    pub(crate) group_peak_bytes: Option<u64>,
    /// In units of the reference of the same round.
    pub(crate) wall_ratio: Option<f64>,
    pub(crate) cpu_ratio: Option<f64>,
}

impl Try {
    /// What it measured, if it made a proof.
    pub(crate) const fn run(&self) -> Option<&Run> {
        match &self.outcome {
            Outcome::Done(run) => Some(run),
            _ => None,
        }
    }

    /// Whether another one would be in vain.
    pub(crate) const fn is_hopeless(&self) -> bool {
        !matches!(self.outcome, Outcome::Done(_) | Outcome::Failed(_))
    }
}

/// What all processes have in common.
#[derive(Debug)]
pub(crate) struct Turns<'a> {
    pub(crate) plan: &'a Plan,
    /// `None`: no limits.
    pub(crate) groups: Option<&'a Groups>,
}

impl Turns<'_> {
    /// Runs one process to its end.
    ///
    /// # Errors
    /// [`Failure::Interrupted`], [`Failure::System`].
    pub(crate) fn take(
        &self,
        (statement, arm): (Statement, Arm),
        limit: Option<u64>,
        patience: &Patience,
    ) -> Result<(Outcome, Option<u64>), Failure> {
        let group = self.groups.map(|groups| groups.create(limit)).transpose();
        let group = group.map_err(|error| Failure::System("cannot make a cgroup", error))?;
        let mut command = self.command(statement, arm)?;
        if let Some(group) = &group {
            command.arg("--group").arg(group.path());
        }
        if let Some(limit) = limit {
            command.args(["--limit", &limit.to_string()]);
        }
        if arm == Arm::Compat {
            // The other half is for what is small, and for pages of the file.
            let half = limit.map_or(0, |limit| limit / 2);
            command.env("ZKARENA_RAM", half.to_string());
            command.env("ZKARENA_STORE_DIR", &self.plan.store_dir);
        }
        let outcome = match child::result(command, patience) {
            Ok(run) => Outcome::Done(run),
            Err(ChildError::Stopped) => return Err(Failure::Interrupted),
            Err(ChildError::Hangs(limit)) => Outcome::TimedOut(limit.as_secs_f64()),
            Err(error) => failed(&error, group.as_ref()),
        };
        Ok((outcome, group.and_then(|group| group.peak())))
    }

    fn command(&self, statement: Statement, arm: Arm) -> Result<Command, Failure> {
        let program = env::current_exe();
        let program = program.map_err(|error| Failure::System("cannot find the program", error))?;
        let mut command = child::command(&program);
        command
            .args(["turn", "--arm", arm.name()])
            .args(["--statement", statement.kind().name()])
            .args(["--log-rows", &statement.log_rows().to_string()])
            .arg("--store-dir")
            .arg(&self.plan.store_dir);
        heap::allocate(arm.blocks(), &self.plan.store_dir, &mut command);
        if let Some(threads) = self.plan.threads {
            command.env("RAYON_NUM_THREADS", threads.to_string());
        }
        Ok(command)
    }
}

/// Killed for its memory, refused, or failed.
fn failed(error: &ChildError, group: Option<&Group>) -> Outcome {
    match error {
        ChildError::Failed { status, last_line } if status.code() == Some(REFUSED) => {
            Outcome::Refused(last_line.clone())
        }
        ChildError::Failed { status, .. }
            if status.signal().is_some() && group.is_some_and(Group::has_killed) =>
        {
            Outcome::Killed
        }
        error => Outcome::Failed(error.to_string()),
    }
}
