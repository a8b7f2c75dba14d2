//! `service`: proves over HTTP within the memory it is given, and says no before the kernel does.
//!
//! ```text
//! cargo run --release --bin service -- --port 8080
//! curl -d '{"statement": "keccak", "log_rows": 14}' -H 'content-type: application/json' -o proof localhost:8080/prove
//! ```
//!
//! Exit code 0: ended by SIGTERM or SIGINT, and everything that was accepted was answered. 1: it was not, or the system refused
//! something. 2: nothing was served, because the command line asks for what cannot be done. An error is one line on stderr.
#![forbid(unsafe_code)]

mod admission;
mod args;
mod books;
mod child;
mod failure;
mod fault;
mod health;
mod http;
mod leash;
mod memory;
mod metrics;
mod pace;
mod page;
mod pools;
mod prove;
mod refusal;
mod request;
mod run;
mod serve;
mod upkeep;
mod watch;
mod weight;
mod workshop;

use crate::args::Task;
use std::process::ExitCode;
use zkarena::PhaseAlloc;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

fn main() -> ExitCode {
    let done = args::parse().and_then(|options| match &options.task {
        Some(Task::ProveOne(one)) => child::prove_one(one),
        None => run::run(&options.asked),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("service: {failure}");
            // The codes are small.
            ExitCode::from(u8::try_from(failure.exit_code()).unwrap_or(u8::MAX))
        }
    }
}
