//! `service-load`: sends the service more than it can do, in a memory cgroup, and checks what it promises.
//!
//! ```text
//! cargo run --release -p zkarena-service --bin service-load
//! ```
//!
//! Exit code 0: the service kept its promises, and the design it is compared with failed. 1: not so. 2: nothing was
//! measured. An error is one line on stderr.
#![forbid(unsafe_code)]

mod args;
mod clients;
mod failure;
mod turn;
mod verdict;
mod watch;

use crate::args::Asked;
use crate::failure::Failure;
use crate::turn::Turn;
use std::process::ExitCode;
use zkarena_measure::group::Groups;
use zkarena_measure::{Machine, Progress};

fn main() -> ExitCode {
    match args::parse().and_then(|asked| load(&asked)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("service-load: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn load(asked: &Asked) -> Result<(), Failure> {
    let statement = asked.statement()?;
    let groups = Groups::find().map_err(Failure::NoGroups)?;
    let mut progress = Progress::new(asked.designs.len() * asked.runs as usize);
    let mut turns = Vec::new();
    for run in 1..=asked.runs {
        for &design in &asked.designs {
            progress.begin(&format!("run {run}: {}", design.name()));
            let turn = Turn::take(asked, design, &groups)?;
            progress.end();
            eprintln!("{}", verdict::line(asked, &turn));
            turns.push(turn);
        }
    }
    drop(progress);
    let Asked {
        requests,
        clients,
        limit,
        ..
    } = asked;
    println!(
        "{requests} requests for {statement} from {clients} clients, {} of {limit}",
        groups.name()
    );
    println!("{}\n", Machine::of_now().line());
    print!("{}", verdict::table(asked, &turns));
    match verdict::broken(asked, &turns) {
        broken if broken.is_empty() => Ok(()),
        broken => Err(Failure::Broken(broken)),
    }
}
