//! Compares processes that had different witnesses.
//!
//! Their phases end with an error: no proof leaves, so that nothing is declared and nothing may differ.

use crate::arm::End;
use crate::failure::Failure;
use crate::observe::cases;
use crate::options::{ArmName, Matrix};
use crate::run::{Case, Run, Surroundings};
use crate::table;
use serde::Serialize;
use std::io::{self, Write};
use zkarena_forensics::{Difference, Snapshot};

/// So many words may follow the size of a proof, as the bit sets of an allocator do, and no more: whatever is made of
/// a witness is as long as a row at least, and thousands of words where nothing is wiped.
const FEW: u64 = 16;

/// What follows the witness in one case.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    #[serde(flatten)]
    pub(crate) case: Case,
    /// Runs with each of the two witnesses.
    pub(crate) runs: u16,
    /// Words that follow the witness while it is in use.
    pub(crate) positive_control: u64,
    pub(crate) residue: Difference,
}

/// Looks at every arm and subject of the matrix, with one thread.
pub(crate) fn run(matrix: &Matrix) -> Result<(), Failure> {
    let matrix = Matrix {
        threads: vec![1],
        ends: vec![End::Err],
        ..matrix.clone()
    };
    let mut rows = Vec::new();
    for &subject in &matrix.subjects {
        for case in cases(&matrix, subject) {
            eprintln!("{} {subject}", case.arm);
            rows.push(row(case, &matrix)?);
        }
    }
    let mut to = io::stdout().lock();
    if matrix.json {
        serde_json::to_writer(&mut to, &rows).map_err(io::Error::from)?;
        writeln!(to)?;
    } else {
        table::differences(&mut to, &rows)?;
    }
    to.flush()?;
    verdict(&rows)
}

fn row(case: Case, matrix: &Matrix) -> Result<Row, Failure> {
    let runs = matrix.runs.unwrap_or(6).max(2);
    let (mut one, mut other) = (Vec::new(), Vec::new());
    let mut control = (Vec::new(), Vec::new());
    // In turn: what only grows, as clocks do, then differs between equal runs if it differs at all.
    for _ in 0..runs {
        one.push(snapshot(case, matrix.seed, &mut control.0)?);
        other.push(snapshot(case, matrix.seed + 1, &mut control.1)?);
    }
    Ok(Row {
        case,
        runs,
        positive_control: Difference::between(&control.0, &control.1).words,
        residue: Difference::between(&one, &other),
    })
}

/// The process at the end; the one in mid-phase goes to `mid`, twice at most.
fn snapshot(case: Case, seed: u64, mid: &mut Vec<Snapshot>) -> Result<Snapshot, Failure> {
    let surroundings = Surroundings {
        random_addresses: false,
        ..Surroundings::of(seed)
    };
    let mut run = Run::start(case, surroundings)?;
    if mid.len() < 2 {
        mid.push(run.look_at("mid", Snapshot::of)?);
    } else {
        run.look_at("mid", |_| Ok(()))?;
    }
    run.go_on()?;
    run.look_at("end", Snapshot::of)
}

fn verdict(rows: &[Row]) -> Result<(), Failure> {
    if rows.iter().any(|row| row.positive_control == 0) {
        return Err(Failure::Blind);
    }
    let mut ours = rows.iter().filter(|row| row.case.arm == ArmName::Zkarena);
    if ours.any(|row| row.residue.words > FEW) {
        return Err(Failure::Residue);
    }
    Ok(())
}
