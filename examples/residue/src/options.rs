//! The command line.

use crate::arm::End;
use crate::failure::Failure;
use crate::subject::Subject;
use crate::{cores, difference, observe};
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use serde::Serialize;
use std::fmt;
use std::process::ExitCode;

/// Look for what provers leave of their witness, from outside of the process.
#[derive(Debug, Parser)]
#[command(name = "zkarena-residue", version)]
struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Scan all memory and all registers for every form of the witness, in mid-phase and after it
    Observe(Matrix),
    /// Compare processes that had different witnesses, after the phase
    Difference(Matrix),
    /// Scan core files that are written in mid-phase
    Cores(Matrix),
}

/// What is looked at; every combination.
#[derive(Clone, Debug, Args)]
pub(crate) struct Matrix {
    /// Allocators
    #[arg(
        long,
        value_name = "NAME",
        value_enum,
        value_delimiter = ',',
        default_value = "zkarena"
    )]
    pub(crate) arms: Vec<ArmName>,

    /// Provers
    #[arg(
        long,
        value_name = "NAME",
        value_enum,
        value_delimiter = ',',
        default_value = "groth16,plonky3"
    )]
    pub(crate) subjects: Vec<Subject>,

    /// Threads that prove
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "2", value_parser = value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Vec<u16>,

    /// How the phase ends; only for `observe`
    #[arg(
        long,
        value_name = "END",
        value_enum,
        value_delimiter = ',',
        default_value = "ok"
    )]
    pub(crate) ends: Vec<End>,

    /// Runs of each combination; of `difference`: with each witness, at least 2
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1000))]
    pub(crate) runs: Option<u16>,

    /// Hashes of the Groth16 statement, 330 constraints each
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = value_parser!(u32).range(1..=100_000))]
    pub(crate) hashes: u32,

    /// Base-2 logarithm of the rows of the Plonky3 statement, 1,312 cells each
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = value_parser!(u32).range(3..=14))]
    pub(crate) log_rows: u32,

    /// What the first witness comes from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

impl Matrix {
    /// The size of a subject.
    pub(crate) fn size(&self, subject: Subject) -> usize {
        let size = match subject {
            Subject::Groth16 => self.hashes,
            Subject::Plonky3 => self.log_rows,
        };
        usize::try_from(size).unwrap_or(usize::MAX)
    }
}

/// An allocator that has a binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ArmName {
    Zkarena,
    Glibc,
    ZkAlloc,
    ZeroizingAlloc,
}

impl fmt::Display for ArmName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Zkarena => "zkarena",
            Self::Glibc => "glibc",
            Self::ZkAlloc => "zk-alloc",
            Self::ZeroizingAlloc => "zeroizing-alloc",
        })
    }
}

/// The program.
pub fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(error) => return refuse(&error),
    };
    let done = match &options.task {
        Task::Observe(matrix) => observe::run(matrix),
        Task::Difference(matrix) => difference::run(matrix),
        Task::Cores(matrix) => cores::run(matrix),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("zkarena-residue: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Prints help, or one line about arguments that are not understood.
pub(crate) fn refuse(error: &clap::Error) -> ExitCode {
    if let ErrorKind::DisplayHelp | ErrorKind::DisplayVersion = error.kind() {
        error.exit();
    }
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = first
        .trim_start_matches("error: ")
        .split_whitespace()
        .collect();
    let failure = Failure::Usage(words.join(" "));
    eprintln!("zkarena-residue: {failure}");
    ExitCode::from(failure.exit_code())
}
