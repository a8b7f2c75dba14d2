//! Whether all variants, modes and derivations say the same.

use crate::compare::{Cell, Compared, Pages, Results};
use crate::dedup::Dedup;
use crate::failure::Failure;
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
    let says: Vec<_> = whole.flat_map(says).collect();
    let pairs = says.iter().enumerate().flat_map(|(at, one)| {
        let others = says[at + 1..].iter();
        others.map(move |other| (one, other))
    });
    let mut differ = pairs.filter_map(|(one, other)| Some((one, other, one.against(other)?)));
    let Some((one, other, what)) = differ.next() else {
        return Ok(());
    };
    let workload = name(&compared.workload);
    let (one, other) = (&one.who, &other.who);
    Err(Failure::Unequal(format!(
        "{workload}: {one} and {other} have other {what}"
    )))
}

/// What a run says.
struct Says {
    who: String,
    /// The facts, and the trace if somebody looked at it.
    changes: Vec<Dedup>,
    answers: u64,
    logs: Option<u64>,
    records: Option<u64>,
}

fn says(cell: &Cell) -> impl Iterator<Item = Says> {
    let who = format!("{} in {} mode", name(&cell.variant), name(&cell.mode));
    cell.runs.iter().map(move |run| Says {
        who: who.clone(),
        changes: run.of_facts.iter().chain(&run.of_trace).cloned().collect(),
        answers: run.sum,
        logs: run.logs_hash,
        records: run.trace_hash,
    })
}

impl Says {
    /// What is not the same.
    fn against(&self, other: &Self) -> Option<&'static str> {
        let mut changes = self.changes.iter().chain(&other.changes);
        let first = changes.next();
        let records = self.records.zip(other.records);
        if changes.any(|changes| Some(changes) != first) {
            Some("storage changes")
        } else if self.answers != other.answers {
            Some("answers to reads and writes")
        } else if self.logs != other.logs {
            Some("logs")
        } else if records.is_some_and(|(one, other)| one != other) {
            Some("records")
        } else {
            None
        }
    }
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
    use crate::turn::Taken;
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
        let expected = "w2: naive in skip mode and merged in skip mode have other storage changes;";
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn a_trace_that_says_something_else_is_an_error() {
        let lying = Taken {
            of_trace: run(2).of_facts,
            ..run(1)
        };
        let error = of([(Variant::Naive, run(1)), (Variant::Zkarena, lying)]).expect_err("not");
        assert!(error.to_string().contains("storage changes"), "{error}");
    }

    #[test]
    fn other_answers_logs_or_records_are_an_error() {
        let with = |sum, logs_hash, trace_hash| Taken {
            sum,
            logs_hash,
            trace_hash,
            ..run(1)
        };
        let one = || (Variant::Naive, with(1, Some(1), Some(1)));
        of([one(), (Variant::Merged, with(1, Some(1), None))]).expect("a skipped trace");
        for (other, what) in [
            (with(2, Some(1), Some(1)), "answers"),
            (with(1, Some(2), Some(1)), "logs"),
            (with(1, Some(1), Some(2)), "records"),
        ] {
            let error = of([one(), (Variant::Merged, other)]).expect_err("not equal");
            assert!(error.to_string().contains(what), "{error}");
        }
    }
}
