//! The command line.

use std::path::PathBuf;

use clap::Parser;
use zkarena_measure::arguments;

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
    arguments::parse("doctor").map_err(Failure::Usage)
}
