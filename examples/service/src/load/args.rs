//! The command line.
#![forbid(unsafe_code)]

use crate::failure::Failure;
use clap::error::ErrorKind;
use clap::{Parser, ValueEnum, value_parser};
use zkarena::Bytes;
use zkarena_statements::{Kind, SizeError, Statement};

/// Sends the service more than it can do, in a memory cgroup, and checks what it promises.
///
/// For each design: the service in a cgroup of the limit's size, some clients, so many requests in all. A client that
/// is told to come back waits for as long as it was told. Afterwards the proofs are verified with the published
/// verifier. Takes root, for the cgroup.
#[derive(Debug, Parser)]
#[command(name = "service-load", version)]
pub(crate) struct Asked {
    /// Requests of a run
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = value_parser!(u32).range(1..))]
    pub(crate) requests: u32,

    /// Clients that send them
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = value_parser!(u32).range(1..=1000))]
    pub(crate) clients: u32,

    /// Runs of each design
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u32).range(1..))]
    pub(crate) runs: u32,

    /// Memory of the cgroup
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = Bytes::parse)]
    pub(crate) limit: Bytes,

    /// What to prove: keccak, poseidon2 or blake3
    #[arg(long, value_name = "KIND", default_value = "keccak")]
    statement: Kind,

    /// Base-2 logarithm of the trace's rows
    #[arg(long, value_name = "N", default_value_t = 14)]
    log_rows: usize,

    /// What to put under load; the service without a limit is what throughput is compared with
    #[arg(long, value_name = "DESIGN", value_enum, value_delimiter = ',', default_values_t = [Design::Gate, Design::Unlimited, Design::Ratio])]
    pub(crate) designs: Vec<Design>,

    /// Have each proof in a process of its own
    #[arg(long)]
    pub(crate) isolate: bool,

    /// Print the table as GitHub renders it
    #[arg(long)]
    pub(crate) markdown: bool,
}

/// What is put under load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Design {
    /// The service as it is: all promises have to hold
    Gate,
    /// As many proofs at a time as fit below the limit, and no limit
    Unlimited,
    /// The service that looks at a ratio before it accepts: it has to fail
    Ratio,
}

impl Design {
    /// As in the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Unlimited => "unlimited",
            Self::Ratio => "ratio",
        }
    }
}

impl Asked {
    /// What is proved.
    pub(crate) fn statement(&self) -> Result<Statement, SizeError> {
        Statement::new(self.statement, self.log_rows)
    }
}

/// Parse the command line; `--help` and `--version` print and exit here.
///
/// # Errors
/// [`Failure::Usage`], one line.
pub(crate) fn parse() -> Result<Asked, Failure> {
    Asked::try_parse().map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => error.exit(),
        _ => Failure::Usage(one_line(&error.to_string())),
    })
}

/// The first paragraph of clap's message, and what to do.
fn one_line(message: &str) -> String {
    let what = message.split("\n\n").next().unwrap_or_default();
    let what: Vec<_> = what
        .trim_start_matches("error: ")
        .split_whitespace()
        .collect();
    format!("{}; see `service-load --help`", what.join(" "))
}
