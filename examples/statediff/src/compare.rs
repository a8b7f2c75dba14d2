//! Rounds: everything that is timed has its turn in each.

use crate::args::Asked;
use crate::batch::Workload;
use crate::failure::Failure;
use crate::heap;
use crate::scratch::Scratch;
use crate::turn::Taken;
use crate::variant::{Mode, Part, Variant, name};
use serde::de::DeserializeOwned;
use std::env;
use std::time::Duration;
use zkarena_measure::Progress;
use zkarena_measure::child::{self, Patience};
use zkarena_measure::stats::median;

/// A process that takes longer hangs.
const LIMIT: Duration = Duration::from_mins(10);

/// A part of a variant, and every run of it.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) variant: Variant,
    pub(crate) part: Part,
    /// Of what does not depend on it, the first.
    pub(crate) mode: Mode,
    pub(crate) runs: Vec<Taken>,
}

/// All of one workload.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) workload: Workload,
    pub(crate) cells: Vec<Cell>,
}

impl Compared {
    /// All runs of a part; of the first mode, if it does not matter.
    pub(crate) fn runs(&self, variant: Variant, part: Part, mode: Option<Mode>) -> &[Taken] {
        let is_it = |cell: &&Cell| {
            let fits = mode.is_none_or(|mode| cell.mode == mode);
            cell.variant == variant && cell.part == part && fits
        };
        let cell = self.cells.iter().find(is_it);
        cell.map_or(&[], |cell| &cell.runs)
    }

    /// The first run of a part, for what is the same in all.
    pub(crate) fn first(&self, variant: Variant, part: Part, mode: Option<Mode>) -> Option<&Taken> {
        self.runs(variant, part, mode).first()
    }

    /// The median of a figure.
    pub(crate) fn median(
        &self,
        variant: Variant,
        (part, mode): (Part, Option<Mode>),
        figure: impl Fn(&Taken) -> f64,
    ) -> Option<f64> {
        median(self.runs(variant, part, mode).iter().map(figure))
    }
}

/// Transactions that keep their pages, and the same with a phase for each.
#[derive(Debug)]
pub(crate) struct Pages {
    pub(crate) kept: Scratch,
    pub(crate) phased: Scratch,
}

/// Everything.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) workloads: Vec<Compared>,
    /// A quarter of the case, a half, all of it; empty if it was not asked for.
    pub(crate) scratch: Vec<Pages>,
}

impl Results {
    /// Measures what is asked for.
    ///
    /// # Errors
    /// [`Failure::Turn`], [`Failure::System`].
    pub(crate) fn measure(asked: &Asked) -> Result<Self, Failure> {
        let mut turns = Turns::new(asked);
        let workloads = asked.workloads.iter();
        let workloads = workloads.map(|workload| turns.compare(*workload));
        Ok(Self {
            workloads: workloads.collect::<Result<_, _>>()?,
            scratch: turns.scratch()?,
        })
    }
}

struct Turns<'a> {
    asked: &'a Asked,
    progress: Progress,
}

impl<'a> Turns<'a> {
    fn new(asked: &'a Asked) -> Self {
        let cells = cells(asked);
        let turns = cells.iter().map(|cell| rounds(asked, cell));
        let all = turns.sum::<usize>() * asked.workloads.len() + 2 * divisors(asked).len();
        Self {
            asked,
            progress: Progress::new(all),
        }
    }

    fn compare(&mut self, workload: Workload) -> Result<Compared, Failure> {
        let mut cells = cells(self.asked);
        for round in 0..usize::from(self.asked.rounds) {
            for cell in &mut cells {
                if round < rounds(self.asked, cell) {
                    let run = self.take(workload, (cell.variant, cell.part, cell.mode), 1)?;
                    cell.runs.push(run);
                }
            }
        }
        Ok(Compared { workload, cells })
    }

    fn scratch(&mut self) -> Result<Vec<Pages>, Failure> {
        let divisors = divisors(self.asked);
        let mut take = |variant, divisor| {
            let what = (variant, Part::Scratch, Mode::Record);
            self.take(Workload::W1, what, divisor)
        };
        let pages = divisors.iter().map(|&divisor| {
            Ok(Pages {
                kept: take(Variant::Naive, divisor)?,
                phased: take(Variant::Zkarena, divisor)?,
            })
        });
        pages.collect()
    }

    /// Runs one process to its end.
    fn take<R: DeserializeOwned>(
        &mut self,
        workload: Workload,
        (variant, part, mode): (Variant, Part, Mode),
        divisor: u16,
    ) -> Result<R, Failure> {
        let [workload, variant_name, part, mode] =
            [name(&workload), name(&variant), name(&part), name(&mode)];
        let title = format!("{workload} {variant_name} {part} {mode}");
        let program = env::current_exe();
        let program = program.map_err(|error| Failure::System("cannot find the program", error))?;
        let mut command = child::command(&program);
        command
            .args(["turn", "--workload", &workload, "--variant", &variant_name])
            .args(["--part", &part, "--mode", &mode])
            .args([
                "--divide",
                &(self.asked.divide.saturating_mul(divisor)).to_string(),
            ]);
        heap::choose(variant == Variant::Zkarena, &mut command);
        self.progress.begin(&title);
        let result = child::result(command, &Patience::from(LIMIT));
        self.progress.end();
        result.map_err(|error| Failure::Turn(title, error))
    }
}

/// What is measured of a workload.
fn cells(asked: &Asked) -> Vec<Cell> {
    let cell = |variant, part, mode| Cell {
        variant,
        part,
        mode,
        runs: Vec::new(),
    };
    let first = asked.modes[0];
    let mut cells = Vec::new();
    for &variant in &asked.variants {
        cells.push(cell(variant, Part::Keyed, first));
        cells.push(cell(variant, Part::Logs, first));
        for &mode in &asked.modes {
            cells.push(cell(variant, Part::Trace, mode));
            cells.push(cell(variant, Part::Whole, mode));
        }
    }
    if has_ours(asked) {
        cells.push(cell(Variant::Naive, Part::Bump, first));
    }
    cells
}

/// Counts of bytes are the same in every round.
fn rounds(asked: &Asked, cell: &Cell) -> usize {
    match cell.part {
        Part::Keyed | Part::Whole => asked.rounds.into(),
        _ => 1,
    }
}

/// What the counts of the scratch case are divided by.
fn divisors(asked: &Asked) -> &'static [u16] {
    if has_ours(asked) && asked.workloads.contains(&Workload::W1) {
        &[4, 2, 1]
    } else {
        &[]
    }
}

fn has_ours(asked: &Asked) -> bool {
    asked.variants.contains(&Variant::Zkarena)
}
