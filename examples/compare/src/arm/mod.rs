//! What an arm does: it proves, or probes, under the allocator its binary installed, and prints one line of JSON.

mod allocator;
mod probes;
mod proofs;

#[cfg(feature = "zk-alloc")]
pub use allocator::ZkAlloc;
pub use allocator::{Allocator, Plain, Zkarena};
#[cfg(test)]
pub(crate) use probes::RssPoint;
pub(crate) use probes::{Probe, ProbeRun};
pub(crate) use proofs::{ProofRun, ProofSample};

use crate::options::exit_line;
use clap::{Parser, Subcommand};
use serde::Serialize;
use std::process::ExitCode;
use zkarena_statements::Kind;

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
