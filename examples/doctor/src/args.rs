//! The command line.

use std::path::PathBuf;

use clap::Parser;
use clap::error::ErrorKind;

use crate::failure::Failure;

/// Look at this machine and process as a prover's memory will find them.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// Print one JSON object
    #[arg(long)]
    json: bool,

    /// Print the screen as an SVG picture
    #[arg(long, conflicts_with = "json")]
    svg: bool,

    /// Look at this directory for the store's file [default: where those of every store are]
    #[arg(long, value_name = "DIR")]
    pub(crate) store_dir: Option<PathBuf>,

    /// Touch so many bytes, some times: what the program asks processes of its own for
    #[arg(long, hide = true)]
    pub(crate) touch: Option<usize>,
}

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Json,
    Svg,
}

impl Args {
    /// What to print.
    pub(crate) const fn form(&self) -> Form {
        match (self.json, self.svg) {
            (true, _) => Form::Json,
            (_, true) => Form::Svg,
            _ => Form::Text,
        }
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
    let mut paragraphs = message.split("\n\n").map(joined);
    let what = paragraphs.next().unwrap_or_default();
    let what = what.trim_start_matches("error: ");
    match paragraphs.find_map(|rest| rest.strip_prefix("tip: ").map(str::to_owned)) {
        Some(tip) => format!("{what}; {tip}"),
        None => format!("{what}; see `doctor --help`"),
    }
}

/// The words of `text` on one line.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
