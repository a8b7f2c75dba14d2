//! What an arm does: it proves, or probes, under the allocator its binary installed, and prints one line of JSON.

mod probes;
mod proofs;

pub use probes::{Probe, ProbeRun, RssPoint};
pub use proofs::{ProofRun, ProofSample};

use crate::options::exit_line;
use clap::{Parser, Subcommand};
use serde::Serialize;
use std::process::ExitCode;
use zkarena_statements::Kind;

/// What an arm's binary says about the allocator it installs.
pub trait Allocator {
    /// Runs one proof the way the allocator's documentation asks for.
    fn phase<R>(work: impl FnOnce() -> R) -> R {
        work()
    }

    /// How many of `requested` bytes, allocated in the latest phase, came from the allocator's own heap instead of the
    /// one it falls back to; `None` if it does not fall back or does not say.
    fn from_own_heap(requested: u64) -> Option<u64> {
        let _ = requested;
        None
    }
}

/// One allocator of the comparison; run by `zkarena-compare`.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Prove one statement several times in a row.
    Proofs(Proofs),
    /// Measure one thing that is no proof.
    Probe {
        #[arg(value_enum)]
        probe: Probe,
    },
}

#[derive(Debug, clap::Args)]
struct Proofs {
    workload: Kind,
    log_rows: usize,
    /// Proofs after the first one.
    warm: usize,
    /// Seconds from the last proof to the reading of the RSS at rest; 0: no reading.
    rest: f64,
}

/// The `main` of an arm's binary.
pub fn arm_main<A: Allocator>() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit_line(&error),
    };
    match arguments.task {
        Task::Proofs(asked) => match proofs::run::<A>(&asked) {
            Ok(run) => print(&run),
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::from(2)
            }
        },
        Task::Probe { probe } => print(&probes::run::<A>(probe)),
    }
}

fn print(run: &impl Serialize) -> ExitCode {
    match serde_json::to_string(run) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
