//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, value_parser};
use zkarena::Bytes;
use zkarena_measure::arguments;
use zkarena_statements::{Kind, SizeError, Statement};

use crate::failure::Failure;
use crate::scheme::Scheme;
use crate::stream::Budget;

/// More threads than this are a slip of the finger, not a machine.
const MAX_THREADS: i64 = 1024;

/// As many proofs at the same time take more memory than there is.
const MAX_WORKERS: i64 = 256;

/// Prove published Plonky3 statements, verify each proof, and say what memory they took.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// What to prove: keccak, poseidon2 or blake3
    #[arg(long, value_name = "KIND", default_value = "keccak")]
    statement: Kind,

    /// Base-2 logarithm of the trace's rows [default: about a second for each proof on two cores]
    #[arg(long, value_name = "N")]
    log_rows: Option<usize>,

    /// Where low-degree extensions live: in an arena, or in the published scheme's vectors
    #[arg(long, value_name = "SCHEME", default_value_t = Scheme::Published)]
    pcs: Scheme,

    #[command(flatten)]
    streaming: Streaming,

    /// How many proofs to make, one after the other
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = value_parser!(u32).range(1..))]
    pub(crate) proofs: u32,

    /// Threads that prove [default: one for each core]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=MAX_THREADS))]
    pub(crate) threads: Option<u16>,

    /// How many such rows of proofs are made at the same time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u16).range(1..=MAX_WORKERS), conflicts_with_all = ["memory", "witness"])]
    pub(crate) workers: u16,

    /// Add what the proofs took to a profile, from which `plan` plans a service
    #[arg(long, value_name = "FILE", conflicts_with_all = ["witness", "workers"])]
    pub(crate) profile: Option<PathBuf>,

    /// Prove in witness phases, and look for what is left of the trace in the memory of the process
    #[arg(long)]
    pub(crate) witness: bool,

    /// Print one JSON object instead of tables
    #[arg(long)]
    pub(crate) json: bool,

    /// Write timeline.svg, report.json and trace.json into this directory, which is created if missing
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Seconds to idle after the last proof before the memory at rest is sampled
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    rest: u16,

    /// Read a mask and write masked windows of the trace: what the program asks a process of its own for
    #[arg(long, hide = true)]
    pub(crate) write_keys: bool,
}

/// Whether and how to stream.
#[derive(Debug, clap::Args)]
struct Streaming {
    /// Stream the proof through a file, so that the whole process stays within so much memory, as in 256MiB
    #[arg(long, value_name = "SIZE", value_parser = Bytes::parse, conflicts_with_all = ["pcs", "witness"])]
    memory: Option<Bytes>,

    /// With --memory: have the trace in the file as it is, not encrypted
    #[arg(long, requires = "memory")]
    plain: bool,
}

impl Args {
    /// The statement to prove.
    pub(crate) fn statement(&self) -> Result<Statement, SizeError> {
        let log_rows = self.log_rows.unwrap_or(self.statement.measured_log_rows());
        Statement::new(self.statement, log_rows)
    }

    /// The commitment scheme: to have a budget is to stream.
    pub(crate) fn scheme(&self) -> Scheme {
        let Streaming { memory, plain } = self.streaming;
        memory.map_or(self.pcs, |memory| {
            Scheme::Streamed(Budget { memory, plain })
        })
    }

    /// How long to idle before the memory at rest is sampled.
    pub(crate) fn rest(&self) -> Duration {
        Duration::from_secs(self.rest.into())
    }
}

/// Parse the command line; `--help` and `--version` print and exit here.
///
/// # Errors
/// [`Failure::Usage`], one line.
pub(crate) fn parse() -> Result<Args, Failure> {
    arguments::parse("prove").map_err(Failure::Usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(arguments: &[&str]) -> String {
        let words = ["prove"].iter().chain(arguments);
        let parsed: Result<Args, String> = arguments::parse_from("prove", words);
        parsed.expect_err("arguments to be refused")
    }

    #[test]
    fn errors_are_one_line_and_say_what_to_do() {
        let cases: [(&[&str], &str); 13] = [
            (
                &["--statement", "sha1"],
                "choose keccak, poseidon2 or blake3",
            ),
            (&["--pcs", "kzg"], "choose arena or published"),
            (&["--log-rows", "many"], "see `prove --help`"),
            (&["--proofs", "0"], "0 is not in 1.."),
            (&["--threads", "0"], "0 is not in 1..=1024"),
            (&["--threads", "99999"], "99999 is not in 1..=1024"),
            (&["--thread", "2"], "a similar argument exists: '--threads'"),
            (&["--memory", "much"], "one of B, KiB, MiB"),
            (&["--memory", "1GiB", "--pcs", "arena"], "'--pcs <SCHEME>'"),
            (&["--memory", "1GiB", "--witness"], "'--witness'"),
            (&["--plain"], "not provided: --memory <SIZE>"),
            (&["--out"], "a value is required for '--out <DIR>'"),
            (&["extra"], "unexpected argument 'extra' found"),
        ];
        for (arguments, hint) in cases {
            let line = error_of(arguments);
            assert!(line.contains(hint), "{line}");
            assert!(line.contains("; ") && !line.contains('\n'), "{line}");
        }
    }

    #[test]
    fn the_size_follows_the_statement() {
        let args = Args::try_parse_from(["prove", "--statement", "blake3"]).expect("valid");
        let statement = args.statement().expect("a valid size");
        assert_eq!(statement.log_rows(), Kind::Blake3.measured_log_rows());
    }
}
