//! The program: builds the arms, runs them in turn, shows what they measured.

use crate::arm::ProofRun;
use crate::cargo::{self, Form, Prepared};
use crate::chart;
use crate::child;
use crate::micro::{self, Micro};
use crate::options::{Options, Plan, Task, exit_line};
use crate::probes::{self, Probed};
use crate::summary::{Comparison, Raw, Workload};
use clap::Parser;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;
use std::{env, fs};
use zkarena_measure::Machine;
use zkarena_measure::Progress;
use zkarena_statements::Statement;

/// The `main` of `zkarena-compare`.
pub fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(error) => return exit_line(&error),
    };
    let plan = match options.plan() {
        Ok(plan) => plan,
        Err(sentence) => {
            eprintln!("error: {sentence}");
            return ExitCode::from(2);
        }
    };
    let report = match options.task {
        Task::Proofs => {
            let comparison = compare(&plan);
            Report {
                svg: Some(chart::svg(&comparison)),
                ..shown(&comparison, Comparison::text, Comparison::markdown)
            }
        }
        Task::Probes => shown(&probes::run(&plan), Probed::text, Probed::markdown),
        Task::Micro => shown(&micro::run(&plan), Micro::text, Micro::markdown),
    };
    match deliver(&report, options.json, options.out.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// A result in its forms.
struct Report {
    json: serde_json::Result<serde_json::Value>,
    text: String,
    markdown: String,
    svg: Option<String>,
}

fn shown<T: serde::Serialize>(
    result: &T,
    text: impl Fn(&T) -> String,
    markdown: impl Fn(&T) -> String,
) -> Report {
    Report {
        json: serde_json::to_value(result),
        text: text(result),
        markdown: markdown(result),
        svg: None,
    }
}

fn deliver(report: &Report, json: bool, out: Option<&Path>) -> Result<(), String> {
    let value = report.json.as_ref().map_err(ToString::to_string)?;
    if json {
        println!("{value}");
    } else {
        print!("{}", report.text);
    }
    let Some(out) = out else {
        return Ok(());
    };
    let write = |name, text: &str| {
        let path = out.join(name);
        fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
    };
    write("results.json", &format!("{value:#}\n"))?;
    write("results.md", &report.markdown)?;
    report
        .svg
        .as_ref()
        .map_or(Ok(()), |svg| write("results.svg", svg))
}

/// Now, as `2026-01-02T03:04:05Z`.
pub(crate) fn date() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

/// The command line that gives these results again.
pub(crate) fn command() -> String {
    let program = "cargo run --release -p zkarena-compare";
    let mut words: Vec<_> = env::args().skip(1).collect();
    if !words.is_empty() {
        words.insert(0, "--".to_owned());
    }
    words.insert(0, program.to_owned());
    words.join(" ")
}

fn compare(plan: &Plan) -> Comparison {
    let prepared = cargo::build_all(&plan.arms, Form::Arm);
    let mut raws: Vec<Vec<Raw>> = plan
        .statements
        .iter()
        .map(|_| prepared.iter().map(unmeasured).collect())
        .collect();
    let mut progress = Progress::new(plan.rounds * plan.statements.len() * prepared.len());
    for round in 0..plan.rounds {
        for (statement, raws) in plan.statements.iter().zip(&mut raws) {
            for turn in order(prepared.len(), round, plan.rounds) {
                progress.begin(&format!(
                    "round {}: {statement}: {}",
                    round + 1,
                    prepared[turn].arm.name
                ));
                if let Err(failure) =
                    take_turn(plan, *statement, round, &prepared[turn], &mut raws[turn])
                {
                    progress.say(&format!("{}: {failure}", prepared[turn].arm.name));
                    raws[turn].failures.push(failure);
                }
                progress.end();
            }
        }
    }
    drop(progress);
    comparison(plan, raws)
}

fn comparison(plan: &Plan, raws: Vec<Vec<Raw>>) -> Comparison {
    let workload = |(statement, raws): (&Statement, Vec<Raw>)| {
        Workload::new(statement.kind().name(), statement.log_rows(), raws)
    };
    Comparison {
        date: date(),
        command: command(),
        machine: Machine::of_now(),
        rounds: plan.rounds,
        warm_proofs_per_round: plan.warm,
        rest_seconds: plan.rest,
        threads: plan.threads,
        workloads: plan.statements.iter().zip(raws).map(workload).collect(),
    }
}

fn unmeasured(prepared: &Prepared) -> Raw {
    Raw {
        arm: prepared.arm.name,
        allocator: prepared
            .built
            .as_ref()
            .ok()
            .and_then(|built| built.allocator.clone()),
        environment: prepared.arm.environment.iter().copied().collect(),
        skipped: prepared.built.as_ref().err().cloned(),
        ..Raw::default()
    }
}

/// Which arm comes when: each round begins with another one.
fn order(arms: usize, round: usize, rounds: usize) -> Vec<usize> {
    let mut order: Vec<_> = (0..arms).collect();
    order.rotate_left(round * arms / rounds);
    order
}

/// One process of one arm; one that was not built has nothing to do.
fn take_turn(
    plan: &Plan,
    statement: Statement,
    round: usize,
    prepared: &Prepared,
    raw: &mut Raw,
) -> Result<(), String> {
    let Ok(built) = &prepared.built else {
        return Ok(());
    };
    // Rests are long and alike: one is enough.
    let rest = if round == 0 { plan.rest } else { 0.0 };
    let mut command = child::command(&built.path, prepared.arm);
    command
        .args(["proofs", statement.kind().name()])
        .args([statement.log_rows(), plan.warm].map(|number| number.to_string()))
        .arg(rest.to_string());
    if let Some(threads) = plan.threads {
        command.env("RAYON_NUM_THREADS", threads.to_string());
    }
    let run: ProofRun = child::result(command).map_err(|error| error.to_string())?;
    raw.runs.push(run);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_round_has_every_arm_and_begins_elsewhere() {
        let orders: Vec<_> = (0..3).map(|round| order(12, round, 3)).collect();
        let firsts: Vec<_> = orders.iter().map(|order| order[0]).collect();
        assert_eq!(firsts, [0, 4, 8]);
        for mut order in orders {
            order.sort_unstable();
            assert!(order.into_iter().eq(0..12));
        }
        assert!(order(0, 0, 1).is_empty());
    }
}
