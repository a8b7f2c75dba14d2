//! The arenas of a phase, measured next to bumpalo, and next to nothing at all.
//!
//! `cargo run --release -p zkarena-arenas`
#![forbid(unsafe_code)]

mod blocks;
mod compile;
mod figures;
mod instructions;
mod phases;
mod push;
mod reports;
mod threads;
mod witness;

use clap::{Parser, ValueEnum};
use figures::{Row, table};
use std::process::ExitCode;
use zkarena::PhaseAlloc;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// The arenas of a phase, measured next to bumpalo.
#[derive(Debug, Parser)]
#[command(name = "arenas")]
struct Options {
    /// What to measure [default: all].
    #[arg(value_enum)]
    tasks: Vec<Task>,
    /// Print one JSON array of the rows instead of a table.
    #[arg(long)]
    json: bool,
    /// Seconds instead of minutes: a tenth of the repetitions.
    #[arg(long)]
    quick: bool,
    /// Run one loop of `blocks`, for `instructions`, or `push`, in a process of its own.
    #[arg(long, hide = true, value_names = ["SOURCE", "BYTES"], num_args = 2)]
    only: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Task {
    /// Blocks of 64 bytes to 4 KiB on one thread, in nanoseconds.
    Blocks,
    /// The same in instructions, counted by valgrind's callgrind.
    Instructions,
    /// 1 to 16 threads that allocate in one phase.
    Threads,
    /// Opening and ending an empty phase.
    Phases,
    /// Pushing to a vector of 2^24 numbers.
    Push,
    /// A report and its forms, when the books are full.
    Reports,
    /// Compiling 200 annotated functions.
    Compile,
    /// Witness phases: wiping, small blocks, opening and ending.
    Witness,
}

fn main() -> ExitCode {
    let options = Options::parse();
    if let Some(only) = &options.only {
        return match only[0].as_str() {
            "push" => push::only(),
            source => blocks::only(source, &only[1]),
        };
    }
    let mut rows: Vec<Row> = Vec::new();
    for task in Task::value_variants() {
        if options.tasks.is_empty() || options.tasks.contains(task) {
            rows.extend(measure(*task, options.quick));
        }
    }
    if options.json {
        println!("{}", serde_json::json!(rows));
    } else {
        print!("{}", table(&rows));
    }
    ExitCode::SUCCESS
}

fn measure(task: Task, quick: bool) -> Vec<Row> {
    match task {
        Task::Blocks => blocks::rows(quick),
        Task::Instructions => instructions::rows(),
        Task::Threads => threads::rows(quick),
        Task::Phases => phases::rows(quick),
        Task::Push => push::rows(),
        Task::Reports => reports::rows(quick),
        Task::Compile => compile::rows(quick),
        Task::Witness => witness::rows(quick),
    }
}
