//! What the tries of a cell come to, and the object that `--json` prints.
#![forbid(unsafe_code)]

use crate::args::Plan;
use crate::arms::Arm;
use crate::compare::{Cell, Workload};
use crate::limit::Limit;
use crate::prove::{Run, StoreFigures};
use crate::turn::{Outcome, Try};
use serde::Serialize;
use std::env;
use std::path::Path;
use zkarena_measure::Machine;
use zkarena_measure::stats::{count, median};

/// The keys of `--json`, in their order; the README of this package says what they mean.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison<'a> {
    /// What gives these results again.
    pub(crate) command: String,
    pub(crate) machine: Machine,
    /// What keeps limits, or `null`.
    pub(crate) limits_by: Option<&'static str>,
    /// Why nothing keeps limits.
    pub(crate) unlimited: Option<String>,
    pub(crate) store_dir: &'a Path,
    pub(crate) rounds: u16,
    pub(crate) threads: Option<u16>,
    pub(crate) statements: Vec<WorkloadSummary<'a>>,
}

/// One statement.
#[derive(Debug, Serialize)]
pub(crate) struct WorkloadSummary<'a> {
    pub(crate) statement: &'static str,
    pub(crate) log_rows: usize,
    /// What limits are parts of.
    pub(crate) in_ram_peak_bytes: Option<u64>,
    pub(crate) cells: Vec<CellSummary<'a>>,
}

/// One arm under one limit. Figures are medians of the proofs that were made, peaks the greatest.
#[derive(Debug, Serialize)]
pub(crate) struct CellSummary<'a> {
    pub(crate) arm: Arm,
    pub(crate) limit: Option<Limit>,
    pub(crate) limit_bytes: Option<u64>,
    pub(crate) done: usize,
    pub(crate) verified: usize,
    pub(crate) killed: usize,
    pub(crate) timed_out: usize,
    pub(crate) refused: usize,
    pub(crate) failed: usize,
    pub(crate) wall_seconds: Option<f64>,
    pub(crate) wall_ratio: Option<f64>,
    pub(crate) cpu_seconds: Option<f64>,
    pub(crate) cpu_ratio: Option<f64>,
    pub(crate) peak_rss_bytes: Option<u64>,
    pub(crate) group_peak_bytes: Option<u64>,
    pub(crate) disk_read_bytes: Option<f64>,
    pub(crate) disk_written_bytes: Option<f64>,
    pub(crate) stall_seconds: Option<f64>,
    /// Everything, in the order it was measured.
    pub(crate) tries: &'a [Try],
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        limits_by: &Result<&'static str, String>,
        workloads: &'a [Workload],
    ) -> Self {
        Self {
            command: command(),
            machine: Machine::of_now(),
            limits_by: limits_by.as_ref().ok().copied(),
            unlimited: limits_by.as_ref().err().cloned(),
            store_dir: &plan.store_dir,
            rounds: plan.rounds,
            threads: plan.threads,
            statements: workloads.iter().map(WorkloadSummary::new).collect(),
        }
    }

    /// The arms that have a cell of which this is true, each once.
    pub(crate) fn arms_with(&self, is_so: impl Fn(&CellSummary<'_>) -> bool) -> Vec<Arm> {
        let cells = self.statements.iter().flat_map(|workload| &workload.cells);
        let mut arms: Vec<_> = cells
            .filter(|cell| is_so(cell))
            .map(|cell| cell.arm)
            .collect();
        arms.sort_by_key(|arm| arm.name());
        arms.dedup();
        arms
    }
}

impl<'a> WorkloadSummary<'a> {
    fn new(workload: &'a Workload) -> Self {
        let peak = workload.peak();
        let cells = workload.cells.iter();
        Self {
            statement: workload.statement.kind().name(),
            log_rows: workload.statement.log_rows(),
            in_ram_peak_bytes: peak,
            cells: cells.map(|cell| CellSummary::new(cell, peak)).collect(),
        }
    }
}

impl<'a> CellSummary<'a> {
    fn new(cell: &'a Cell, peak: Option<u64>) -> Self {
        let tries = cell.tries.as_slice();
        let runs = || tries.iter().filter_map(Try::run);
        let ended = |so: fn(&Outcome) -> bool| tries.iter().filter(|it| so(&it.outcome)).count();
        let middle = |figure: fn(&Run) -> f64| median(runs().map(figure));
        let bytes = |figure: fn(&Run) -> Option<u64>| median(runs().filter_map(figure).map(count));
        Self {
            arm: cell.arm,
            limit: cell.limit,
            limit_bytes: cell.limit.zip(peak).map(|(limit, peak)| limit.of(peak)),
            done: runs().count(),
            verified: runs().filter(|run| run.verified).count(),
            killed: ended(|outcome| matches!(outcome, Outcome::Killed)),
            timed_out: ended(|outcome| matches!(outcome, Outcome::TimedOut(_))),
            refused: ended(|outcome| matches!(outcome, Outcome::Refused(_))),
            failed: ended(|outcome| matches!(outcome, Outcome::Failed(_))),
            wall_seconds: middle(|run| run.wall_seconds),
            wall_ratio: median(tries.iter().filter_map(|it| it.wall_ratio)),
            cpu_seconds: middle(Run::cpu_seconds),
            cpu_ratio: median(tries.iter().filter_map(|it| it.cpu_ratio)),
            peak_rss_bytes: runs().filter_map(|run| run.peak_rss_bytes).max(),
            group_peak_bytes: tries.iter().filter_map(|it| it.group_peak_bytes).max(),
            disk_read_bytes: bytes(|run| run.disk_read_bytes),
            disk_written_bytes: bytes(|run| run.disk_written_bytes),
            stall_seconds: median(runs().filter_map(|run| Some(stall(run.store?)))),
            tries,
        }
    }

    /// `3 done`, `1 killed`, `2 done, 1 failed`.
    pub(crate) fn outcome(&self) -> String {
        if self.tries.is_empty() {
            return "not tried".to_owned();
        }
        let counts = [
            (self.done, "done"),
            (self.killed, "killed"),
            (self.timed_out, "timed out"),
            (self.refused, "refused"),
            (self.failed, "failed"),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts
            .map(|(count, ended)| format!("{count} {ended}"))
            .collect();
        counts.join(", ")
    }

    /// What it said when it refused or failed.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = &str> {
        self.tries.iter().filter_map(|it| match &it.outcome {
            Outcome::Refused(why) | Outcome::Failed(why) => Some(why.as_str()),
            _ => None,
        })
    }
}

/// The command line of this process, as from a clone.
fn command() -> String {
    let words: Vec<_> = env::args().skip(1).collect();
    ["cargo run --release --bin lowmem --"]
        .into_iter()
        .chain(words.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(" ")
}

const fn stall(figures: StoreFigures) -> f64 {
    figures.stall_seconds
}
