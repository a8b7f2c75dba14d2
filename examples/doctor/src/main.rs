//! `doctor`: this machine and process, as a prover's memory will find them, in one screen with advice.
//!
//! ```text
//! cargo run --release --bin doctor
//! cargo run --release --bin doctor -- --json
//! cargo run --release --bin doctor -- --svg > doctor.svg      the screen as a picture
//! ```
//!
//! Exit code 0: everything was looked at, whatever was found. 2: the command line asks for what cannot be done.
#![forbid(unsafe_code)]

mod args;
mod failure;
mod faults;
mod finding;
mod memory;
mod pressure;
mod screen;
mod store;
mod svg;
mod system;
mod witness;

use std::io::{self, Write};
use std::process::ExitCode;

use zkarena::PhaseAlloc;
use zkarena::ops::MemLimit;
use zkarena_measure::Machine;

use crate::args::{Args, Form};
use crate::failure::Failure;
use crate::finding::Section;
use crate::screen::Screen;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

fn main() -> ExitCode {
    match args::parse().and_then(|args| run(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("doctor: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(args: &Args) -> Result<(), Failure> {
    if let Some(bytes) = args.touch {
        return faults::touch(bytes);
    }
    let screen = Screen {
        machine: Machine::of_now(),
        sections: sections(args),
    };
    let text = match args.form() {
        Form::Text => screen.text(),
        Form::Json => screen.json()?,
        Form::Svg => svg::of(&screen),
    };
    Ok(io::stdout().lock().write_all(text.as_bytes())?)
}

/// Everything that is looked at.
fn sections(args: &Args) -> Vec<Section> {
    let limit = MemLimit::detect();
    vec![
        Section::new("memory", memory::findings(&limit)),
        Section::new("page faults", faults::findings(&limit)),
        Section::new("pressure", pressure::findings()),
        Section::new("store", store::findings(args.store_dir.as_deref())),
        Section::new("witnesses", witness::findings()),
    ]
}
