//! The command line.

use crate::batch::{Batch, Workload};
use crate::failure::Failure;
use crate::variant::{Mode, Part, Variant};
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, value_parser};

/// Fewer accesses than one for each kind of step say nothing.
const MAX_PARTS: i64 = 10_000;

/// Replays a batch of storage accesses in several ways, each in a process of its own, and compares what they take.
#[derive(Debug, Parser)]
#[command(name = "statediff", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) task: Option<Task>,

    #[command(flatten)]
    pub(crate) asked: Asked,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// One variant of one part in this process: what the program asks processes of its own for
    #[command(hide = true)]
    Turn(Turn),
}

/// What is to be compared.
#[derive(Clone, Debug, Args)]
pub(crate) struct Asked {
    /// Batches to replay
    #[arg(
        long = "workload",
        value_name = "NAME",
        value_enum,
        value_delimiter = ',',
        default_value = "w1"
    )]
    pub(crate) workloads: Vec<Workload>,

    /// Whether the trace is kept
    #[arg(
        long = "mode",
        value_name = "MODE",
        value_enum,
        value_delimiter = ',',
        default_value = "record,skip"
    )]
    pub(crate) modes: Vec<Mode>,

    /// Ways to keep facts, trace and logs
    #[arg(
        long = "variant",
        value_name = "NAME",
        value_enum,
        value_delimiter = ',',
        default_value = "naive,merged,zkarena"
    )]
    pub(crate) variants: Vec<Variant>,

    /// How often everything that is timed has its turn
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = value_parser!(u16).range(1..=1000))]
    pub(crate) rounds: u16,

    /// Divide all counts, for a quick look
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u16).range(1..=MAX_PARTS))]
    pub(crate) divide: u16,

    /// Print one JSON object instead of tables
    #[arg(long)]
    pub(crate) json: bool,

    /// Print tables as GitHub renders them
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
}

/// One process.
#[derive(Debug, Args)]
pub(crate) struct Turn {
    #[arg(long, value_enum)]
    pub(crate) workload: Workload,
    #[arg(long, value_enum)]
    pub(crate) variant: Variant,
    #[arg(long, value_enum)]
    pub(crate) part: Part,
    #[arg(long, value_enum)]
    pub(crate) mode: Mode,
    #[arg(long)]
    pub(crate) divide: u16,
}

impl Turn {
    /// The batch to replay.
    pub(crate) fn batch(&self) -> Batch {
        Batch::new(self.workload.counts(self.divide.into()))
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
    let first = message.split("\n\n").next().unwrap_or_default();
    let first = first.trim_start_matches("error: ");
    let words: Vec<&str> = first.split_whitespace().collect();
    format!("{}; see `statediff --help`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Options, String> {
        let words = std::iter::once("statediff").chain(line.split_whitespace());
        Options::try_parse_from(words).map_err(|error| one_line(&error.to_string()))
    }

    #[test]
    fn everything_is_compared_on_the_first_workload() {
        let asked = parsed("").expect("valid").asked;
        assert_eq!(asked.workloads, [Workload::W1]);
        assert_eq!(asked.modes, [Mode::Record, Mode::Skip]);
        assert_eq!(asked.variants.len(), 3);
    }

    #[test]
    fn errors_are_one_line_and_say_what_to_do() {
        for (line, hint) in [
            ("--workload w4", "w1, w2, w3"),
            ("--mode keep", "record, skip"),
            ("--variant best", "naive, merged, zkarena"),
            ("--rounds 0", "0 is not in 1..=1000"),
            ("--divide 0", "0 is not in 1..=10000"),
            ("--what", "--what"),
        ] {
            let error = parsed(line).expect_err(line);
            assert!(error.contains(hint) && !error.contains('\n'), "{error}");
            assert!(error.ends_with("; see `statediff --help`"), "{error}");
        }
    }
}
