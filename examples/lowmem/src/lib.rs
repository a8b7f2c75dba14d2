//! `lowmem`: the same proof in RAM, in mapped files and streamed, under memory limits.
//!
//! ```text
//! lowmem ── round 1: glibc without a limit, then every arm under every limit; round 2: all again, ..
//!   └── a process for each, in a memory cgroup of its own: one proof, verified ──> one line of JSON
//! ```
//!
//! Exit code 0: everything was measured, even if that was a kill. 1: a proof does not verify, or an arm failed. 2: nothing
//! was measured, because the command line asks for what cannot be done. 130: interrupted. An error is one line on stderr.
#![cfg(target_os = "linux")]
#![deny(unsafe_code)]

mod args;
mod arms;
mod compare;
mod failure;
#[expect(unsafe_code, reason = "an allocator is")]
mod heap;
mod limit;
mod output;
mod prove;
mod summary;
mod turn;

use crate::args::{Asked, Task};
use crate::failure::Failure;
use crate::heap::Heap;
use crate::summary::Comparison;
use crate::turn::Turns;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use zkarena_measure::group::Groups;

#[global_allocator]
static HEAP: Heap = Heap::new();

/// The program.
pub fn main() -> ExitCode {
    let done = args::parse().and_then(|options| match &options.task {
        Some(Task::Turn(turn)) => prove::run(turn),
        None => compare(&options.asked),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("lowmem: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Measure what is asked for, and print the results.
fn compare(asked: &Asked) -> Result<(), Failure> {
    let plan = asked.plan()?;
    let groups = Groups::find();
    if let Err(reason) = &groups {
        eprintln!("lowmem: no limits but what streaming is told, as {reason}");
    }
    let turns = Turns {
        plan: &plan,
        groups: groups.as_ref().ok(),
    };
    let workloads = compare::all(&turns, &stop()?)?;
    let limits_by = groups.as_ref().map(Groups::name).map_err(Clone::clone);
    let comparison = Comparison::new(&plan, &limits_by, &workloads);
    print(&comparison, asked)?;
    verdict(&comparison)
}

/// Becomes true when somebody wants an end: cgroups have to be removed first.
fn stop() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::default();
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|error| Failure::System("cannot wait for signals", error))?;
    }
    Ok(stop)
}

fn print(comparison: &Comparison<'_>, asked: &Asked) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    if asked.json {
        serde_json::to_writer(&mut stdout, comparison).map_err(io::Error::from)?;
        writeln!(stdout)?;
    } else if asked.markdown {
        stdout.write_all(comparison.markdown().as_bytes())?;
    } else {
        stdout.write_all(comparison.text().as_bytes())?;
    }
    Ok(stdout.flush()?)
}

fn verdict(comparison: &Comparison<'_>) -> Result<(), Failure> {
    let unverified = comparison.arms_with(|cell| cell.verified < cell.done);
    if !unverified.is_empty() {
        return Err(Failure::Unverified(unverified));
    }
    match comparison.arms_with(|cell| cell.failed > 0) {
        failed if failed.is_empty() => Ok(()),
        failed => Err(Failure::Failed(failed)),
    }
}
