//! The object that `--json` prints.

use crate::args::Asked;
use crate::batch::{Batch, Counts, Tally, Workload};
use crate::compare::{Cell, Compared, Pages, Results};
use crate::goals::{self, Goal};
use crate::scratch::Scratch;
use crate::turn::Taken;
use crate::variant::{Mode, Part, Variant};
use serde::Serialize;
use std::env;
use zkarena_measure::Machine;

/// The keys of `--json`, in their order; the README of this package says what they mean.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison<'a> {
    /// What gives these results again.
    pub(crate) command: String,
    pub(crate) machine: Machine,
    pub(crate) rounds: u16,
    pub(crate) divide: u16,
    workloads: Vec<Compare<'a>>,
    scratch: Vec<Pair<'a>>,
    /// Of whole batches; none of parts.
    pub(crate) goals: Vec<Goal>,
    #[serde(skip)]
    pub(crate) results: &'a Results,
    #[serde(skip)]
    pub(crate) asked: &'a Asked,
}

#[derive(Debug, Serialize)]
struct Compare<'a> {
    workload: Workload,
    counts: Counts,
    tally: Tally,
    cells: Vec<Measured<'a>>,
}

#[derive(Debug, Serialize)]
struct Measured<'a> {
    variant: Variant,
    part: Part,
    mode: Mode,
    runs: &'a [Taken],
}

#[derive(Debug, Serialize)]
struct Pair<'a> {
    kept: &'a Scratch,
    phased: &'a Scratch,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(asked: &'a Asked, results: &'a Results) -> Self {
        let workloads = results.workloads.iter();
        let scratch = results.scratch.iter();
        let goals = if asked.divide == 1 {
            goals::goals(results)
        } else {
            Vec::new()
        };
        Self {
            command: command(),
            machine: Machine::of_now(),
            rounds: asked.rounds,
            divide: asked.divide,
            workloads: workloads.map(|it| Compare::new(asked, it)).collect(),
            scratch: scratch.map(Pair::from).collect(),
            goals,
            results,
            asked,
        }
    }
}

impl<'a> Compare<'a> {
    fn new(asked: &Asked, compared: &'a Compared) -> Self {
        let batch = Batch::new(compared.workload.counts(asked.divide.into()));
        Self {
            workload: compared.workload,
            counts: batch.counts,
            tally: batch.tally,
            cells: compared.cells.iter().map(Measured::from).collect(),
        }
    }
}

impl<'a> From<&'a Cell> for Measured<'a> {
    fn from(cell: &'a Cell) -> Self {
        Self {
            variant: cell.variant,
            part: cell.part,
            mode: cell.mode,
            runs: &cell.runs,
        }
    }
}

impl<'a> From<&'a Pages> for Pair<'a> {
    fn from(pages: &'a Pages) -> Self {
        Self {
            kept: &pages.kept,
            phased: &pages.phased,
        }
    }
}

/// The command line of this process, as from a clone.
fn command() -> String {
    let words: Vec<_> = env::args().skip(1).collect();
    let program = "cargo run --release --bin statediff".to_owned();
    match words.as_slice() {
        [] => program,
        words => format!("{program} -- {}", words.join(" ")),
    }
}
