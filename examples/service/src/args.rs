//! The command line.
#![forbid(unsafe_code)]

use crate::failure::Failure;
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use std::net::IpAddr;
use std::path::PathBuf;
use zkarena::Bytes;
use zkarena_statements::{Kind, SizeError, Statement};

/// More threads than this are a slip of the finger, not a machine.
const MAX_THREADS: i64 = 1024;

/// Proves over HTTP within the memory it is given, and says no before the kernel does.
///
/// POST /prove takes a statement and its size as JSON, and answers with a proof. GET /readyz, /metrics and /phases are on
/// the same port; /healthz and /readyz are on another one, on a thread of their own. SIGTERM ends the
/// service once everything that was accepted is answered.
#[derive(Debug, Parser)]
#[command(name = "service", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) task: Option<Task>,

    #[command(flatten)]
    pub(crate) asked: Asked,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// One proof in this process: what the service asks processes of its own for
    #[command(hide = true)]
    ProveOne(One),
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub(crate) struct Asked {
    /// The address to listen at
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,

    /// The port for proofs; 0 is any
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub(crate) port: u16,

    /// The port for /healthz; 0 is any [default: the one above the other]
    #[arg(long, value_name = "PORT")]
    health_port: Option<u16>,

    /// Memory of the whole process, as in 1GiB [default: what its control group, its limits and the machine allow]
    #[arg(long, value_name = "LIMIT", value_parser = Bytes::parse)]
    pub(crate) memory: Option<Bytes>,

    /// Where proofs in low-memory mode have their file [default: where those of every store are]
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,

    /// How to decide whether a proof may start
    #[arg(long, value_name = "DESIGN", value_enum, default_value_t = Design::Gate)]
    pub(crate) design: Design,

    /// Make each proof in a process of its own, which is killed when nobody waits for the proof; pressure and /metrics see
    /// those where the limit is a control group's, and with --memory the service alone
    #[arg(long)]
    pub(crate) isolate: bool,

    /// Threads of each proof [default: one for each core]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=MAX_THREADS))]
    pub(crate) threads: Option<u16>,

    /// Admit so many proofs at a time, whatever they need, instead of reserving it: for comparison without a limit
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=MAX_THREADS), conflicts_with = "design")]
    pub(crate) workers: Option<u16>,

    /// Requests that may wait for their turn; the next one is told to come back
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) queue: u16,

    /// Seconds that a request may wait for its turn
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) wait: u16,

    /// End for a fresh process after so many proofs, up to a tenth earlier
    #[arg(long, value_name = "PROOFS", value_parser = value_parser!(u64).range(1..))]
    pub(crate) recycle: Option<u64>,

    /// A file that says what is being proved, so that the next start can tell where this one vanished
    #[arg(long, value_name = "FILE")]
    pub(crate) black_box: Option<PathBuf>,

    /// Seconds to finish what was accepted, after SIGTERM
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(crate) drain: u16,
}

/// How to decide whether a proof may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Design {
    /// Reserve what the proof needs, or do not start it
    Gate,
    /// Start it if the process is below 85 % of its limit: for comparison, as requests at once all find room
    Ratio,
}

/// One proof in a process of its own.
#[derive(Debug, Args)]
pub(crate) struct One {
    /// The process that asks for it
    #[arg(long)]
    pub(crate) parent: u32,
    #[arg(long)]
    pub(crate) statement: Kind,
    #[arg(long)]
    pub(crate) log_rows: usize,
    /// Bytes for low-memory mode; in memory without
    #[arg(long)]
    pub(crate) memory: Option<u64>,
    #[arg(long)]
    pub(crate) store: Option<PathBuf>,
    #[arg(long)]
    pub(crate) threads: u16,
}

impl Asked {
    /// Where `/healthz` is.
    ///
    /// # Errors
    /// [`Failure::Usage`] if there is no port above the other.
    pub(crate) fn health_port(&self) -> Result<u16, Failure> {
        match (self.health_port, self.port) {
            (Some(port), _) => Ok(port),
            (None, 0) => Ok(0),
            (None, port) => port.checked_add(1).ok_or_else(|| {
                Failure::Usage(format!("there is no port above {port}; give --health-port"))
            }),
        }
    }
}

impl One {
    /// The statement to prove.
    pub(crate) fn statement(&self) -> Result<Statement, SizeError> {
        Statement::new(self.statement, self.log_rows)
    }
}

/// Parse the command line; `--help` and `--version` print and exit here.
///
/// # Errors
/// [`Failure::Usage`], one line.
pub(crate) fn parse() -> Result<Options, Failure> {
    Options::try_parse().map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => error.exit(),
        _ => Failure::Usage(one_line(&error.to_string())),
    })
}

/// The first paragraph of clap's message, and what to do.
fn one_line(message: &str) -> String {
    let mut paragraphs = message.split("\n\n").map(joined);
    let what = paragraphs.next().unwrap_or_default();
    let what = what.trim_start_matches("error: ");
    match paragraphs.find_map(|rest| rest.strip_prefix("tip: ").map(str::to_owned)) {
        Some(tip) => format!("{what}; {tip}"),
        None if what.contains("; ") => what.to_owned(),
        None => format!("{what}; see `service --help`"),
    }
}

/// The words of `text` on one line.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
