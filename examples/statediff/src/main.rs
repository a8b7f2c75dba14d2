//! `statediff`: replays a batch of storage accesses in several ways, and compares what they take.
//!
//! ```text
//! cargo run --release --bin statediff -- --workload w1,w2 --json
//! ```
//!
//! Each variant of each part has a process of its own. Exit code 0: everything was measured, and all variants, modes and
//! derivations come to the same storage changes. 1: they do not, or a process gave no result. 2: nothing was measured,
//! because the command line asks for what cannot be done. An error is one line on stderr.
#![deny(unsafe_code)]

mod access;
mod args;
mod batch;
mod check;
mod compare;
mod dedup;
mod failure;
mod goals;
#[expect(unsafe_code, reason = "an allocator is")]
mod heap;
mod logs;
mod output;
mod phased;
mod replay;
mod scratch;
mod slots;
mod summary;
mod trace;
mod turn;
mod variant;
mod word;
mod world;

use crate::args::{Asked, Task};
use crate::compare::Results;
use crate::failure::Failure;
use crate::heap::Heap;
use crate::summary::Comparison;
use std::io::{self, Write};
use std::process::ExitCode;

#[global_allocator]
static HEAP: Heap = Heap::new();

fn main() -> ExitCode {
    let done = args::parse().and_then(|options| match &options.task {
        Some(Task::Turn(turn)) => turn::run(turn),
        None => compare(&options.asked),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("statediff: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Measures what is asked for, and prints the results, also those that differ.
fn compare(asked: &Asked) -> Result<(), Failure> {
    let results = Results::measure(asked)?;
    print(&Comparison::new(asked, &results), asked)?;
    check::equal(&results)
}

fn print(comparison: &Comparison<'_>, asked: &Asked) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    if asked.json {
        serde_json::to_writer(&mut stdout, comparison).map_err(io::Error::from)?;
        writeln!(stdout)?;
    } else if asked.markdown {
        stdout.write_all(comparison.markdown().as_bytes())?;
    } else {
        stdout.write_all(comparison.text().as_bytes())?;
    }
    Ok(stdout.flush()?)
}
