//! The micro-benchmarks under every arm: criterion measures, this collects its medians.

use crate::arms::{Arm, REFERENCE};
use crate::cargo::{self, Form, Prepared};
use crate::child;
use crate::compare::{command, date};
use crate::options::Plan;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use zkarena_measure::Machine;
use zkarena_measure::Progress;
use zkarena_measure::Table;
use zkarena_measure::stats::ratio;

/// Everything that was measured, as it goes to `--json`.
#[derive(Debug, Serialize)]
pub(crate) struct Micro {
    date: String,
    command: String,
    machine: Machine,
    /// In the order of the table's columns.
    arms: Vec<&'static str>,
    /// Why arms have no figures.
    failures: BTreeMap<&'static str, String>,
    benchmarks: Vec<Benchmark>,
}

/// One benchmark under every arm.
#[derive(Debug, Serialize)]
struct Benchmark {
    id: String,
    median_nanoseconds: BTreeMap<&'static str, f64>,
    /// Above 1 is slower than the arm `zkarena`.
    ratio_to_zkarena: BTreeMap<&'static str, f64>,
}

/// A benchmark's id and median in nanoseconds, in the order they ran.
type Medians = Vec<(String, f64)>;

/// Runs the benchmarks of every arm in turn.
pub(crate) fn run(plan: &Plan) -> Micro {
    let prepared = cargo::build_all(&plan.arms, Form::Bench);
    let mut progress = Progress::new(prepared.len());
    let mut micro = Micro::new(prepared.iter().map(|prepared| prepared.arm.name).collect());
    for Prepared { arm, built } in &prepared {
        progress.begin(arm.name);
        let medians = built
            .as_ref()
            .map_err(|reason| format!("skipped: {reason}"));
        match medians.and_then(|built| measure(&built.path, arm, plan.quick)) {
            Ok(medians) => micro.add(arm.name, medians),
            Err(failure) => drop(micro.failures.insert(arm.name, failure)),
        }
        progress.end();
    }
    micro.compare();
    micro
}

fn measure(bench: &Path, arm: &Arm, quick: bool) -> Result<Medians, String> {
    let home = home(arm);
    // What an earlier run left is not ours; there may be nothing.
    let _ = fs::remove_dir_all(&home);
    let call = |options: &[&str]| {
        let mut command: Command = child::command(bench, arm);
        command
            .arg("--bench")
            .args(options)
            .env("CRITERION_HOME", &home);
        child::text(command).map_err(|error| error.to_string())
    };
    let list = call(&["--list"])?;
    call(if quick { &QUICK } else { &[] })?;
    ids(&list)
        .map(|id| Ok((id.to_owned(), median(&home, id)?)))
        .collect()
}

/// Shorter than the benches' own times.
const QUICK: [&str; 4] = ["--warm-up-time", "0.01", "--measurement-time", "0.02"];

fn home(arm: &Arm) -> PathBuf {
    let target = cargo::target_dir().unwrap_or_else(std::env::temp_dir);
    target.join("criterion").join(arm.name)
}

/// The ids in the output of `--list`.
fn ids(list: &str) -> impl Iterator<Item = &str> {
    list.lines()
        .filter_map(|line| line.strip_suffix(": benchmark"))
}

fn median(home: &Path, id: &str) -> Result<f64, String> {
    let path = home.join(id).join("new").join("estimates.json");
    let estimates =
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let estimates: Value = serde_json::from_str(&estimates).map_err(|error| error.to_string())?;
    let median = estimates["median"]["point_estimate"].as_f64();
    median.ok_or_else(|| format!("{} has no median", path.display()))
}

impl Micro {
    fn new(arms: Vec<&'static str>) -> Self {
        Self {
            date: date(),
            command: command(),
            machine: Machine::of_now(),
            arms,
            failures: BTreeMap::new(),
            benchmarks: Vec::new(),
        }
    }

    fn add(&mut self, arm: &'static str, medians: Medians) {
        for (id, nanoseconds) in medians {
            self.benchmark(id)
                .median_nanoseconds
                .insert(arm, nanoseconds);
        }
    }

    fn benchmark(&mut self, id: String) -> &mut Benchmark {
        let at = self
            .benchmarks
            .iter()
            .position(|benchmark| benchmark.id == id);
        let at = at.unwrap_or_else(|| {
            self.benchmarks.push(Benchmark {
                id,
                median_nanoseconds: BTreeMap::new(),
                ratio_to_zkarena: BTreeMap::new(),
            });
            self.benchmarks.len() - 1
        });
        &mut self.benchmarks[at]
    }

    fn compare(&mut self) {
        for benchmark in &mut self.benchmarks {
            let medians = &benchmark.median_nanoseconds;
            let reference = medians.get(REFERENCE).copied();
            let compare = |(&arm, &median)| Some((arm, ratio(Some(median), reference)?));
            benchmark.ratio_to_zkarena = medians.iter().filter_map(compare).collect();
        }
    }

    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        format!(
            "{}{}{LEGEND}\n",
            self.table().text(),
            self.remarks("", "\n")
        )
    }

    /// For the README.
    pub(crate) fn markdown(&self) -> String {
        let head = format!(
            "`{}`, {}, {}.",
            self.command,
            self.date,
            self.machine.line()
        );
        let table = self.table().markdown();
        format!("{head}\n\n{table}\n{}{LEGEND}.\n", self.remarks("- ", "\n"))
    }

    fn table(&self) -> Table {
        let mut head = vec!["median (x zkarena)"];
        head.extend(&self.arms);
        let mut table = Table::new(&head);
        for benchmark in &self.benchmarks {
            let cells = self.arms.iter().map(|arm| benchmark.cell(arm));
            table.row(std::iter::once(benchmark.id.clone()).chain(cells).collect());
        }
        table
    }

    fn remarks(&self, prefix: &str, end: &str) -> String {
        let remarks = self.failures.iter();
        remarks
            .flat_map(|(arm, failure)| [prefix, arm, ": ", failure, end])
            .collect()
    }
}

/// How to read the table.
const LEGEND: &str = "zk-alloc and zkarena run in phases of at most 1 GiB, whose begin and end are not timed; zk-alloc has slabs for its first cores + 4 \
    threads, later ones are served by the C library";

impl Benchmark {
    fn cell(&self, arm: &str) -> String {
        let Some(&median) = self.median_nanoseconds.get(arm) else {
            return "-".to_owned();
        };
        let ratio = self.ratio_to_zkarena.get(arm);
        let ratio = ratio.map_or_else(String::new, |ratio| format!(" ({ratio:.2})"));
        time(median) + &ratio
    }
}

/// Three significant digits and a unit.
fn time(nanoseconds: f64) -> String {
    let units = [("s", 1e9), ("ms", 1e6), ("µs", 1e3)];
    let unit = units.into_iter().find(|(_, size)| nanoseconds >= *size);
    let (unit, size) = unit.unwrap_or(("ns", 1.0));
    let value = nanoseconds / size;
    let decimals = if value < 10.0 {
        2
    } else {
        usize::from(value < 100.0)
    };
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_a_unit_and_a_ratio() {
        let mut micro = Micro::new(vec!["glibc", "zkarena", "snmalloc"]);
        micro.add("glibc", vec![("vec/push".to_owned(), 3.0e6)]);
        micro.add("zkarena", vec![("vec/push".to_owned(), 2.0e6)]);
        micro.compare();
        let text = micro.table().text();
        let expected = "\
median (x zkarena)           glibc         zkarena  snmalloc
vec/push            3.00 ms (1.50)  2.00 ms (1.00)         -
";
        assert_eq!(text, expected);
    }

    #[test]
    fn times_have_three_digits() {
        let times = [0.5, 12.34, 999.0, 1_234.0, 45_678_000.0, 2e9].map(time);
        assert_eq!(
            times,
            [
                "0.50 ns", "12.3 ns", "999 ns", "1.23 µs", "45.7 ms", "2.00 s"
            ]
        );
    }

    #[test]
    fn ids_come_from_the_list() {
        let list = "alloc_free/4KiB: benchmark\nvec/push: benchmark\n\n2 benchmarks\n";
        assert!(ids(list).eq(["alloc_free/4KiB", "vec/push"]));
    }
}
