//! Whether all variants, modes and derivations say the same.

use crate::compare::{Cell, Compared, Pages, Results};
use crate::dedup::Dedup;
use crate::failure::Failure;
use crate::turn::Taken;
use crate::variant::{Part, name};

/// # Errors
/// [`Failure::Unequal`] for the first two that differ.
pub(crate) fn equal(results: &Results) -> Result<(), Failure> {
    results.workloads.iter().try_for_each(workload)?;
    results.scratch.iter().try_for_each(scratch)
}

fn workload(compared: &Compared) -> Result<(), Failure> {
    let whole = compared
        .cells
        .iter()
        .filter(|cell| cell.part == Part::Whole);
    let runs: Vec<_> = whole.flat_map(said).collect();
    let Some((of_first, first)) = runs.first() else {
        return Ok(());
    };
    match runs.iter().find(|(_, said)| said != first) {
        None => Ok(()),
        Some((of_other, _)) => Err(Failure::Unequal(format!(
            "{}: {of_first} and {of_other} come to different storage changes",
            name(&compared.workload)
        ))),
    }
}

/// Who says what: of every run the facts, and the trace if somebody looked at it.
fn said(cell: &Cell) -> impl Iterator<Item = (String, (u64, Dedup))> {
    let title = format!("{} in {} mode", name(&cell.variant), name(&cell.mode));
    cell.runs.iter().flat_map(move |run| says(run, &title))
}

fn says(run: &Taken, title: &str) -> impl Iterator<Item = (String, (u64, Dedup))> + use<> {
    let facts = run.of_facts.clone().map(|dedup| ("the facts", dedup));
    let trace = run.of_trace.clone().map(|dedup| ("the trace", dedup));
    let (title, sum) = (title.to_owned(), run.sum);
    let both = facts.into_iter().chain(trace);
    both.map(move |(who, dedup)| (format!("{who} of {title}"), (sum, dedup)))
}

fn scratch(pages: &Pages) -> Result<(), Failure> {
    if pages.kept.sum == pages.phased.sum {
        return Ok(());
    }
    let transactions = pages.kept.transactions;
    Err(Failure::Unequal(format!(
        "the pages of {transactions} transactions hold something else with a phase for each"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Workload;
    use crate::variant::{Mode, Variant};
    use crate::word::{SlotKey, U256};

    fn run(value: u64) -> Taken {
        let change = crate::dedup::Change {
            first_read: U256::random(value),
            last_write: U256::default(),
        };
        let slots = [(SlotKey::random(1), change)].into_iter();
        Taken {
            of_facts: Some(Dedup::of_sorted(slots)),
            ..Taken::default()
        }
    }

    fn of(variants: [(Variant, Taken); 2]) -> Result<(), Failure> {
        let cells = variants.map(|(variant, run)| Cell {
            variant,
            part: Part::Whole,
            mode: Mode::Skip,
            runs: vec![run],
        });
        let workload = Workload::W2;
        super::workload(&Compared {
            workload,
            cells: cells.into(),
        })
    }

    #[test]
    fn another_digest_is_an_error_that_names_both() {
        of([(Variant::Naive, run(1)), (Variant::Merged, run(1))]).expect("equal");
        let error = of([(Variant::Naive, run(1)), (Variant::Merged, run(2))]).expect_err("not");
        let error = error.to_string();
        assert!(
            error.contains("w2: the facts of naive in skip mode and the facts of merged"),
            "{error}"
        );
    }

    #[test]
    fn a_trace_that_says_something_else_is_an_error() {
        let lying = Taken {
            of_trace: run(2).of_facts,
            ..run(1)
        };
        let error = of([(Variant::Naive, run(1)), (Variant::Zkarena, lying)]).expect_err("not");
        assert!(
            error.to_string().contains("the trace of zkarena"),
            "{error}"
        );
    }

    #[test]
    fn other_answers_are_an_error() {
        let other = Taken { sum: 1, ..run(1) };
        of([(Variant::Naive, run(1)), (Variant::Merged, other)]).expect_err("not equal");
    }
}
