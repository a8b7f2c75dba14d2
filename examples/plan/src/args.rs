//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use zkarena::Bytes;
use zkarena_measure::arguments;

use crate::failure::Failure;

/// Plan a prover service from a limit of memory and what proofs took.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// What the service may use, as in 16GiB: the memory limit of its container
    #[arg(long, value_name = "SIZE", value_parser = Bytes::parse)]
    pub(crate) limit: Bytes,

    /// What proofs took, as `prove --profile FILE` measures it
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: PathBuf,

    /// Plan for this circuit only [default: all of the profile]
    #[arg(long, value_name = "NAME")]
    pub(crate) circuit: Option<String>,

    /// What to leave alone of the limit [default: 15 % of it]
    #[arg(long, value_name = "SIZE", value_parser = Bytes::parse)]
    pub(crate) headroom: Option<Bytes>,

    /// Resident memory of the service before its first proof [default: that of the measured program]
    #[arg(long, value_name = "SIZE", value_parser = Bytes::parse)]
    pub(crate) base: Option<Bytes>,

    /// Plan for proofs in processes of their own, as `service --isolate` makes them
    #[arg(long)]
    pub(crate) isolate: bool,

    /// Form of the plan
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Print one JSON object: as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Name of the image, and of the container in it
    #[arg(long, value_name = "NAME", default_value = "zkarena-service", value_parser = name)]
    pub(crate) image: String,

    /// Where the container has the store's directory
    #[arg(long, value_name = "DIR", default_value = "/var/lib/zkarena", value_parser = name)]
    pub(crate) store: String,
}

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables for people, and all settings
    Text,
    /// One object on one line
    Json,
    /// A command
    Docker,
    /// A file to add to one's own with `docker compose -f compose.yaml -f FILE`
    Compose,
    /// A patch for `kubectl patch deployment NAME --patch-file FILE`
    Kubernetes,
}

impl Args {
    /// The form of the plan.
    pub(crate) const fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// A text that means itself in a shell and in YAML.
fn name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
    if text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/') && text.chars().all(plain)
    {
        Ok(text.to_owned())
    } else {
        Err("use letters, digits and -_./:@".to_owned())
    }
}

/// Parse the command line; `--help` and `--version` print and exit here.
///
/// # Errors
/// [`Failure::Usage`], one line.
pub(crate) fn parse() -> Result<Args, Failure> {
    arguments::parse("plan").map_err(Failure::Usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_one_line_and_say_what_to_do() {
        let cases: [(&[&str], &str); 7] = [
            (&[], "--limit <SIZE> --profile <FILE>"),
            (&["--limit", "16GiB"], "--profile <FILE>"),
            (&["--limit", "", "--profile", "p"], "such as 512MiB"),
            (
                &["--limit", "16 parsecs", "--profile", "p"],
                "one of B, KiB",
            ),
            (
                &["--limit", "1GiB", "--profile", "p", "--format", "xml"],
                "kubernetes",
            ),
            (
                &["--limit", "1GiB", "--profile", "p", "--image", "a b"],
                "letters, digits",
            ),
            (&["--limt", "1GiB"], "a similar argument exists: '--limit'"),
        ];
        for (arguments, hint) in cases {
            let words = ["plan"].iter().chain(arguments);
            let parsed: Result<Args, String> = arguments::parse_from("plan", words);
            let line = parsed.expect_err(hint);
            assert!(line.contains(hint), "{line}");
            assert!(line.contains("; ") && !line.contains('\n'), "{line}");
        }
    }
}
