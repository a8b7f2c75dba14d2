//! `prove`: proves published Plonky3 statements under zkarena and says what memory they took.
//!
//! ```text
//! cargo run --release --bin prove -- --statement poseidon2 --proofs 5 --out results
//! cargo run --release --bin prove -- --memory 256MiB --log-rows 17      within a budget, through a file
//! cargo run --release --bin prove -- --profile keccak.json              for `plan`, which plans a service from it
//! cargo run --release --bin prove -- --witness      what is left of the trace in memory: nothing
//! ```
//!
//! Exit code 0: every proof verified, and with `--witness` nothing was left. 1: not so, or the prover gave up. 2: nothing was proved,
//! because the command line asks for what cannot be done. An error is one line on stderr.
#![forbid(unsafe_code)]

mod args;
mod failure;
mod memory;
mod out_dir;
mod output;
mod process;
mod profile;
mod progress;
mod scheme;
mod session;
mod stream;
mod witness;

use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};
use zkarena::PhaseAlloc;

use crate::args::Args;
use crate::failure::Failure;
use crate::out_dir::OutDir;
use crate::session::{Phases, Session, Work};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

fn main() -> ExitCode {
    match args::parse().and_then(|args| prove(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("prove: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Check what is asked for, prove it, and print the results.
fn prove(args: &Args) -> Result<(), Failure> {
    let statement = args.statement()?;
    if args.write_keys {
        return witness::write_keys(statement);
    }
    let scheme = args.scheme();
    memory::check(statement, scheme)?;
    args.profile.as_deref().map_or(Ok(()), profile::check)?;
    let out = args.out.as_deref().map(OutDir::prepare).transpose()?;
    start_threads(args.threads)?;

    // Ahead of the proofs, so that it takes no memory that they gave back.
    let keys = args.witness.then(|| witness::keys(statement)).transpose()?;
    let phases = if args.witness {
        Phases::Witness
    } else {
        Phases::Ordinary
    };
    let work = Work {
        phases,
        workers: args.workers,
        ..Work::new(statement, scheme, args.proofs)
    };
    let progress = progress::bar(args.proofs * u32::from(args.workers), args.json);
    let done = || progress.inc(1);
    let session = match &args.profile {
        Some(_) => Session::profiled(work, done),
        None => Session::run(work, done),
    };
    progress.finish_and_clear();
    let session = session?;
    if let Some(file) = &args.profile {
        profile::write(&session, file)?;
    }
    let look = |keys| witness::look(statement, scheme, keys);
    let residue = keys.as_ref().map(look).transpose()?;

    let mut stdout = io::stdout().lock();
    if !args.json {
        output::table(&mut stdout, &session)?;
        output::stream(&mut stdout, session.stream.as_ref())?;
        output::residue(&mut stdout, residue.as_ref())?;
    }
    thread::sleep(args.rest());
    let at_rest = process::rss_mib();
    let report = zkarena::report();
    out.map_or(Ok(()), |out| out.write(&report))?;
    if args.json {
        output::json(&mut stdout, &session, residue.as_ref(), at_rest, &report)?;
    } else {
        output::rest(&mut stdout, args.rest(), at_rest, &report)?;
    }
    stdout.flush()?;
    session.verdict()?;
    residue.map_or(Ok(()), |residue| residue.verdict())
}

/// Start the threads that prove; one for each core if no number is given.
fn start_threads(wanted: Option<u16>) -> Result<(), ThreadPoolBuildError> {
    let pool = ThreadPoolBuilder::new();
    let pool = match wanted {
        Some(threads) => pool.num_threads(threads.into()),
        None => pool,
    };
    pool.build_global()
}
