//! The probes under every arm.

use crate::arm::{Probe, ProbeRun};
use crate::cargo::{self, Form, Prepared};
use crate::child;
use crate::compare::{command, date};
use crate::options::Plan;
use serde::Serialize;
use std::fmt::Write;
use zkarena_measure::Machine;
use zkarena_measure::Progress;
use zkarena_measure::stats::{count, mib};
use zkarena_measure::{Table, figure, thousands};

/// Everything the probes found, as it goes to `--json`.
#[derive(Debug, Serialize)]
pub(crate) struct Probed {
    date: String,
    command: String,
    machine: Machine,
    arms: Vec<ArmProbes>,
}

#[derive(Debug, Serialize)]
struct ArmProbes {
    arm: &'static str,
    skipped: Option<String>,
    zeroed: Option<ProbeRun>,
    threads: Option<ProbeRun>,
    failures: Vec<String>,
}

/// Runs every probe under every arm.
pub(crate) fn run(plan: &Plan) -> Probed {
    let prepared = cargo::build_all(&plan.arms, Form::Arm);
    let mut progress = Progress::new(prepared.len() * Probe::ALL.len());
    let arms = prepared
        .iter()
        .map(|prepared| probe(prepared, &mut progress))
        .collect();
    Probed {
        date: date(),
        command: command(),
        machine: Machine::of_now(),
        arms,
    }
}

fn probe(prepared: &Prepared, progress: &mut Progress) -> ArmProbes {
    let mut probes = ArmProbes {
        arm: prepared.arm.name,
        skipped: prepared.built.as_ref().err().cloned(),
        zeroed: None,
        threads: None,
        failures: Vec::new(),
    };
    for probe in Probe::ALL {
        progress.begin(&format!("{}: {}", prepared.arm.name, probe.name()));
        let result = one(prepared, probe).map_err(|failure| probes.failures.push(failure));
        *probes.slot(probe) = result.ok().flatten();
        progress.end();
    }
    probes
}

fn one(prepared: &Prepared, probe: Probe) -> Result<Option<ProbeRun>, String> {
    let Ok(built) = &prepared.built else {
        return Ok(None);
    };
    let mut command = child::command(&built.path, prepared.arm);
    command.args(["probe", probe.name()]);
    let run = child::result(command).map(Some);
    run.map_err(|error| format!("{}: {error}", probe.name()))
}

impl ArmProbes {
    fn slot(&mut self, probe: Probe) -> &mut Option<ProbeRun> {
        match probe {
            Probe::Zeroed => &mut self.zeroed,
            Probe::Threads => &mut self.threads,
        }
    }
}

const HEAD: [&str; 8] = [
    "allocator",
    "zeroed MiB",
    "zeroed ms",
    "threads s",
    "faults",
    "first MiB",
    "greatest MiB",
    "own heap %",
];

/// How to read the table.
const LEGEND: &str = "zeroed: what `vec![0u8; 1 << 30]`, untouched, adds to the RSS, and how long it takes; threads: \
    10,000 threads, 8 at a time, each with 1 MiB that it writes to: RSS after the first 1,000, the greatest later, and \
    the share of bytes not served by the fallback";

impl Probed {
    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        format!("{}{}{LEGEND}\n", self.table().text(), self.remarks(""))
    }

    /// For the README.
    pub(crate) fn markdown(&self) -> String {
        let machine = self.machine.line();
        let head = format!("`{}`, {}, {machine}.", self.command, self.date);
        format!(
            "{head}\n\n{}\n{}{LEGEND}.\n",
            self.table().markdown(),
            self.remarks("- ")
        )
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&HEAD);
        for arm in self.arms.iter().filter(|arm| arm.skipped.is_none()) {
            table.row(cells(arm));
        }
        table
    }

    fn remarks(&self, prefix: &str) -> String {
        let mut text = String::new();
        for arm in &self.arms {
            let skipped = arm
                .skipped
                .iter()
                .map(|reason| format!("skipped: {reason}"));
            for remark in skipped.chain(arm.failures.iter().cloned()) {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{prefix}{}: {remark}", arm.arm);
            }
        }
        text
    }
}

fn cells(arm: &ArmProbes) -> Vec<String> {
    let (zeroed, threads) = (arm.zeroed.as_ref(), arm.threads.as_ref());
    vec![
        arm.arm.to_owned(),
        figure(zeroed.and_then(added_mib), 1),
        figure(zeroed.map(|run| run.seconds * 1e3), 1),
        figure(threads.map(|run| run.seconds), 2),
        thousands(threads.map(|run| count(run.minor_faults))),
        figure(threads.and_then(|run| rss_mib(run).next()), 1),
        figure(threads.and_then(|run| rss_mib(run).reduce(f64::max)), 1),
        figure(threads.and_then(own_percent), 2),
    ]
}

/// What the RSS grew by from the first reading to the last.
fn added_mib(run: &ProbeRun) -> Option<f64> {
    let (before, after) = (run.rss.first()?.kib?, run.rss.last()?.kib?);
    Some(mib(after) - mib(before))
}

/// The RSS during the work, without the reading before it.
fn rss_mib(run: &ProbeRun) -> impl Iterator<Item = f64> {
    run.rss
        .iter()
        .skip(1)
        .filter_map(|point| point.kib)
        .map(mib)
}

fn own_percent(run: &ProbeRun) -> Option<f64> {
    Some(count(run.own_heap_bytes?) * 100.0 / count(run.requested_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arm::RssPoint;

    fn run(kib: &[u64], own_heap_bytes: Option<u64>) -> ProbeRun {
        let point = |(steps, &kib): (usize, &u64)| RssPoint {
            steps: steps as u64,
            kib: Some(kib),
        };
        ProbeRun {
            seconds: 0.5,
            minor_faults: 1234,
            requested_bytes: 1000,
            own_heap_bytes,
            rss: kib.iter().enumerate().map(point).collect(),
        }
    }

    #[test]
    fn rows_show_growth_and_shares() {
        let arm = ArmProbes {
            arm: "zkarena",
            skipped: None,
            zeroed: Some(run(&[2048, 4096], None)),
            threads: Some(run(&[1024, 10_240, 20_480, 15_360], Some(995))),
            failures: Vec::new(),
        };
        let expected = [
            "zkarena", "2.0", "500.0", "0.50", "1,234", "10.0", "20.0", "99.50",
        ];
        assert_eq!(cells(&arm), expected);
    }
}
