//! The command line.

use crate::failure::Failure;
use clap::error::ErrorKind;
use clap::{Parser, value_parser};
use zkarena_groth16::Job;

/// 2^15 constraints take a hundred hashes; more than this is a slip of the finger.
const MAX_HASHES: i64 = 100_000;
/// More threads than this are a slip of the finger, not a machine.
const MAX_THREADS: i64 = 1024;

/// Prove a chain of hashes with arkworks' Groth16, verify it, and look for what is left of the witness.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// Hashes in the chain, 330 constraints each
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = value_parser!(u32).range(1..=MAX_HASHES))]
    pub(crate) hashes: u32,

    /// What the witness is drawn from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Threads that prove [default: one for each core]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=MAX_THREADS))]
    pub(crate) threads: Option<u16>,

    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,

    /// Read a mask and write masked windows of the witness: what the program asks a process of its own for
    #[arg(long, hide = true)]
    pub(crate) write_keys: bool,
}

impl Args {
    /// What to prove.
    pub(crate) fn job(&self) -> Job {
        Job {
            hashes: usize::try_from(self.hashes).unwrap_or(usize::MAX),
            messages: self.seed,
            // Another stream: messages and blinding have nothing in common.
            blinding: !self.seed,
        }
    }

    /// Arguments that say the same to a helper process.
    pub(crate) fn for_keys(&self) -> [String; 3] {
        let Self { hashes, seed, .. } = self;
        [
            format!("--hashes={hashes}"),
            format!("--seed={seed}"),
            "--write-keys".to_owned(),
        ]
    }
}

/// Parse the command line; `--help` and `--version` print and exit here.
///
/// # Errors
/// [`Failure::Usage`], one line.
pub(crate) fn parse() -> Result<Args, Failure> {
    Args::try_parse().map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => error.exit(),
        _ => Failure::Usage(one_line(&error.to_string())),
    })
}

/// The first paragraph of clap's message, and what to do.
fn one_line(message: &str) -> String {
    let first = message.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = first
        .trim_start_matches("error: ")
        .split_whitespace()
        .collect();
    format!("{}; see `groth16 --help`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_one_line_and_say_what_to_do() {
        for arguments in [
            ["--hashes", "0"],
            ["--threads", "99999"],
            ["--seed", "x"],
            ["--what", "1"],
        ] {
            let arguments = ["groth16"].iter().chain(&arguments);
            let error = Args::try_parse_from(arguments).expect_err("arguments to be refused");
            let line = one_line(&error.to_string());
            assert!(
                line.ends_with("; see `groth16 --help`") && !line.contains('\n'),
                "{line}"
            );
        }
    }

    #[test]
    fn a_helper_is_told_the_same_job() {
        let args =
            Args::try_parse_from(["groth16", "--hashes", "3", "--seed", "4"]).expect("valid");
        let told = args.for_keys();
        let helper =
            Args::try_parse_from(["groth16".to_owned()].iter().chain(&told)).expect("valid");
        assert_eq!(helper.job(), args.job());
        assert!(helper.write_keys);
    }
}
