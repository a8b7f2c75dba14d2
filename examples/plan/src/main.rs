//! `plan`: from a limit of memory and a profile to a prover service that keeps to it.
//!
//! ```text
//! cargo run --release --bin prove -- --profile profile.json                        what proofs take
//! cargo run --release --bin plan -- --limit 16GiB --profile profile.json           what to run
//! cargo run --release --bin plan -- --limit 16GiB --profile profile.json --format kubernetes
//! ```
//!
//! Exit code 0: there is a plan. 2: there is none, because the command line asks for what cannot be done. An error
//! is one line on stderr.
#![forbid(unsafe_code)]

mod args;
mod containers;
mod failure;
mod text;

use std::io::{self, Write};
use std::process::ExitCode;

use zkarena::ops::{Planner, Profile, ServicePlan};

use crate::args::{Args, Format};
use crate::containers::Container;
use crate::failure::Failure;

fn main() -> ExitCode {
    match args::parse().and_then(|args| run(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("plan: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Plans, and prints the plan in the form that is asked for.
fn run(args: &Args) -> Result<(), Failure> {
    let profile = chosen(args, &Profile::load(&args.profile)?)?;
    let plan = planner(args).plan(&profile)?;
    let container = Container::of(&plan, args);
    let text = match args.format() {
        Format::Text => text::of(&plan, &container),
        Format::Json => json(&plan, &container)?,
        Format::Docker => container.docker(),
        Format::Compose => container.compose(),
        Format::Kubernetes => container.kubernetes(),
    };
    Ok(io::stdout().lock().write_all(text.as_bytes())?)
}

fn planner(args: &Args) -> Planner {
    let planner = Planner::new(args.limit);
    let planner = args
        .headroom
        .map_or(planner, |bytes| planner.headroom(bytes));
    let planner = args.base.map_or(planner, |bytes| planner.base(bytes));
    if args.isolate {
        planner.isolated()
    } else {
        planner
    }
}

/// Those circuits of the profile that are asked for.
fn chosen(args: &Args, profile: &Profile) -> Result<Profile, Failure> {
    let Some(circuit) = &args.circuit else {
        return Ok(profile.clone());
    };
    let mut chosen = Profile::new();
    for (name, log_rows, peaks) in profile.iter().filter(|(name, ..)| name == circuit) {
        chosen.record(name, log_rows, peaks);
    }
    if chosen.is_empty() {
        return Err(Failure::UnknownCircuit {
            circuit: circuit.clone(),
            profile: args.profile.clone(),
        });
    }
    Ok(chosen)
}

/// The plan and what goes with it, as one JSON object on one line.
fn json(plan: &ServicePlan, container: &Container) -> Result<String, Failure> {
    #[derive(serde::Serialize)]
    struct Object<'a> {
        #[serde(flatten)]
        plan: &'a ServicePlan,
        container: &'a Container,
    }
    let object = Object { plan, container };
    Ok(serde_json::to_string(&object).map_err(io::Error::from)? + "\n")
}
