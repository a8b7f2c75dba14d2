//! Rounds: everything has its turn in each, and is compared with the reference of the same one.
#![forbid(unsafe_code)]

use crate::args::Plan;
use crate::arms::Arm;
use crate::failure::Failure;
use crate::limit::Limit;
use crate::prove::Run;
use crate::turn::{Outcome, Try, Turns};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use zkarena_measure::child::Patience;
use zkarena_measure::{Progress, stats};
use zkarena_statements::Statement;

/// A reference that takes longer hangs.
const REFERENCE_LIMIT: Duration = Duration::from_mins(30);
/// The others are ended when they take so many times as long as the reference,
const PATIENCE: f64 = 20.0;
/// and so much longer: for what is not timed, and for references of milliseconds.
const GRACE: Duration = Duration::from_secs(if cfg!(debug_assertions) {
    240 // encryption that is not optimised takes a hundred times as long as the reference
} else {
    10
});

/// An arm under a limit, and how it went.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) arm: Arm,
    pub(crate) limit: Option<Limit>,
    pub(crate) tries: Vec<Try>,
}

/// All of one statement.
#[derive(Debug)]
pub(crate) struct Workload {
    pub(crate) statement: Statement,
    /// The reference first.
    pub(crate) cells: Vec<Cell>,
}

impl Workload {
    /// Nothing is measured.
    fn new(statement: Statement, cells: &[(Arm, Option<Limit>)]) -> Self {
        let cells = cells.iter().map(|&(arm, limit)| Cell {
            arm,
            limit,
            tries: Vec::new(),
        });
        Self {
            statement,
            cells: cells.collect(),
        }
    }

    /// What limits are parts of: the most that was resident of the first reference.
    pub(crate) fn peak(&self) -> Option<u64> {
        self.cells.first()?.tries.first()?.run()?.peak_rss_bytes
    }

    /// Whether this cell would be tried in vain, and perhaps for long: its arm was, with as much memory or more.
    fn is_hopeless(&self, cell: usize) -> bool {
        let Cell { arm, limit, .. } = &self.cells[cell];
        let with_more = |other: &&Cell| other.arm == *arm && other.limit <= *limit;
        let mut others = self.cells.iter().filter(with_more);
        others.any(|other| other.tries.iter().any(Try::is_hopeless))
    }
}

/// Measures all that the plan asks for.
///
/// # Errors
/// [`Failure::Reference`] if there is nothing to compare with, [`Failure::Interrupted`], [`Failure::System`].
pub(crate) fn all(turns: &Turns<'_>, stop: &Arc<AtomicBool>) -> Result<Vec<Workload>, Failure> {
    let Plan {
        statements, rounds, ..
    } = turns.plan;
    let cells = cells(&turns.plan.arms, &turns.plan.limits, turns.groups.is_some());
    let new = |&statement: &Statement| Workload::new(statement, &cells);
    let mut workloads: Vec<_> = statements.iter().map(new).collect();
    let steps: usize = workloads.iter().map(|workload| workload.cells.len()).sum();
    let mut progress = Progress::new(steps * usize::from(*rounds));
    for round in 1..=*rounds {
        for workload in &mut workloads {
            take_round(turns, workload, round, stop, &mut progress)?;
        }
    }
    Ok(workloads)
}

/// The reference, then every arm under every limit. Where nothing keeps limits, only arms that keep them
/// by themselves have any.
fn cells(arms: &[Arm], limits: &[Option<Limit>], kept: bool) -> Vec<(Arm, Option<Limit>)> {
    let reference = (Arm::Glibc, None);
    let limits_of = |arm: Arm| match arm.form() {
        None if !kept => &[None],
        _ => limits,
    };
    let of_arm = |&arm: &Arm| limits_of(arm).iter().map(move |&limit| (arm, limit));
    let mut cells: Vec<_> = arms.iter().flat_map(of_arm).collect();
    cells.retain(|cell| *cell != reference);
    cells.sort_by_key(|(_, limit)| *limit);
    cells.insert(0, reference);
    cells
}

/// Has every cell take its turn, the reference first.
fn take_round(
    turns: &Turns<'_>,
    workload: &mut Workload,
    round: u16,
    stop: &Arc<AtomicBool>,
    progress: &mut Progress,
) -> Result<(), Failure> {
    let mut reference: Option<Run> = None;
    for cell in order(workload.cells.len(), round) {
        let (title, limit) = (title(workload, cell, round), limit(workload, cell));
        if !workload.is_hopeless(cell) {
            progress.begin(&title);
            let Cell { arm, tries, .. } = &mut workload.cells[cell];
            let patience = patience(reference.as_ref(), stop);
            let turn = (workload.statement, *arm);
            let (outcome, group_peak_bytes) = turns.take(turn, limit, &patience)?;
            if reference.is_none() {
                reference = Some(done(&outcome, workload.statement)?.clone());
            }
            tries.push(compared(
                outcome,
                group_peak_bytes,
                reference.as_ref(),
                round,
            ));
        }
        progress.end();
    }
    Ok(())
}

/// The reference, then the others, in each round beginning with another one; in the first, with those that
/// have the most memory.
fn order(cells: usize, round: u16) -> impl Iterator<Item = usize> {
    let others = cells - 1;
    let at = move |turn: usize| 1 + (turn + usize::from(round) - 1) % others;
    std::iter::once(0).chain((0..others).map(at))
}

fn title(workload: &Workload, cell: usize, round: u16) -> String {
    let Cell { arm, limit, .. } = &workload.cells[cell];
    let limit = limit.map_or_else(String::new, |limit| format!(" within {limit}"));
    format!("round {round}: {}: {arm}{limit}", workload.statement)
}

fn limit(workload: &Workload, cell: usize) -> Option<u64> {
    Some(workload.cells[cell].limit?.of(workload.peak()?))
}

fn patience(reference: Option<&Run>, stop: &Arc<AtomicBool>) -> Patience {
    let limit = reference.map_or(REFERENCE_LIMIT, |reference| {
        Duration::from_secs_f64(reference.wall_seconds * PATIENCE) + GRACE
    });
    let stop = Arc::clone(stop);
    Patience { limit, stop }
}

/// What the reference measured.
fn done(outcome: &Outcome, statement: Statement) -> Result<&Run, Failure> {
    let why = match outcome {
        Outcome::Done(run) => return Ok(run),
        Outcome::Killed => "it was killed for its memory".to_owned(),
        Outcome::TimedOut(seconds) => format!("it was ended after {seconds:.0} s"),
        Outcome::Refused(why) | Outcome::Failed(why) => why.clone(),
    };
    Err(Failure::Reference(why, statement))
}

fn compared(
    outcome: Outcome,
    group_peak_bytes: Option<u64>,
    reference: Option<&Run>,
    round: u16,
) -> Try {
    let run = match &outcome {
        Outcome::Done(run) => Some(run),
        _ => None,
    };
    let ratio = |figure: fn(&Run) -> f64| stats::ratio(run.map(figure), reference.map(figure));
    Try {
        round,
        wall_ratio: ratio(|run| run.wall_seconds),
        cpu_ratio: ratio(Run::cpu_seconds),
        outcome,
        group_peak_bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_first_and_once() {
        let arms = [Arm::Glibc, Arm::Streamed];
        let (reference, half) = ((Arm::Glibc, None), Some(Limit::one_of(2)));
        let kept = [reference, (Arm::Glibc, half), (Arm::Streamed, half)];
        assert_eq!(cells(&arms, &[half], true), kept);
        assert_eq!(
            cells(&arms, &[None], true),
            [reference, (Arm::Streamed, None)]
        );
        let told = [reference, (Arm::Streamed, half)];
        assert_eq!(cells(&arms, &[half], false), told);
    }

    #[test]
    fn what_was_killed_is_not_tried_with_less() {
        let limits = [2, 4, 8].map(Limit::one_of).map(Some);
        let cells = cells(&[Arm::Naive, Arm::Streamed], &limits, true);
        let statement = Statement::new(zkarena_statements::Kind::Keccak, 5).expect("a size");
        let mut workload = Workload::new(statement, &cells);
        let killed = (Arm::Naive, Some(Limit::one_of(4)));
        let at = cells.iter().position(|cell| *cell == killed).expect("one");
        workload.cells[at]
            .tries
            .push(compared(Outcome::Killed, None, None, 1));
        let hopeless = (0..cells.len()).filter(|&cell| workload.is_hopeless(cell));
        let hopeless: Vec<_> = hopeless.map(|cell| cells[cell]).collect();
        assert_eq!(hopeless, [killed, (Arm::Naive, Some(Limit::one_of(8)))]);
    }

    #[test]
    fn every_round_has_every_cell_and_begins_elsewhere() {
        assert!(order(4, 1).eq([0, 1, 2, 3]));
        assert!(order(4, 2).eq([0, 2, 3, 1]));
        assert!(order(4, 6).eq([0, 3, 1, 2]));
        assert!(order(1, 3).eq([0]));
    }
}
