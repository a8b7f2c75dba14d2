//! `groth16`: proves a chain of hashes with arkworks' Groth16, and looks for what is left of the witness.
//!
//! ```text
//! cargo run --release --bin groth16 -- --hashes 100 --json
//! ```
//!
//! It proves twice: once in a phase whose witness is wiped, once in an ordinary one, so that the scan is seen to find
//! what is there. Exit code 0: both proofs verified, the first left nothing, the second left something. 1: not so.
//! 2: nothing was proved, because the command line asks for what cannot be done. An error is one line on stderr.
#![forbid(unsafe_code)]

mod args;
mod failure;
mod helper;
mod output;
mod session;

use crate::args::Args;
use crate::failure::Failure;
use crate::session::Session;
use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};
use std::io::{self, Write};
use std::process::ExitCode;
use zkarena::PhaseAlloc;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

fn main() -> ExitCode {
    match args::parse().and_then(|args| run(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("groth16: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Proves and prints what is left.
fn run(args: &Args) -> Result<(), Failure> {
    if args.write_keys {
        return helper::write_keys(args).map_err(Failure::Keys);
    }
    start_threads(args.threads)?;
    // Ahead of the proof, so that the keys take no memory that the proof gave back.
    let keys = helper::keys(args).map_err(Failure::Keys)?;
    let session = Session::run(args.job(), &keys)?;
    let mut stdout = io::stdout().lock();
    if args.json {
        output::json(&mut stdout, &session)?;
    } else {
        output::text(&mut stdout, &session)?;
    }
    stdout.flush()?;
    session.verdict()
}

/// Starts the threads that prove; one for each core if no number is given.
fn start_threads(wanted: Option<u16>) -> Result<(), ThreadPoolBuildError> {
    let pool = ThreadPoolBuilder::new();
    let pool = match wanted {
        Some(threads) => pool.num_threads(threads.into()),
        None => pool,
    };
    pool.build_global()
}
