//! Scans for every form of the witness.

use crate::failure::Failure;
use crate::options::{ArmName, Matrix};
use crate::run::{Case, Run, Surroundings};
use crate::subject::Subject;
use crate::table;
use serde::Serialize;
use std::io::{self, Write};
use zkarena_forensics::{Findings, KeySet};

/// What the runs of one case left.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    #[serde(flatten)]
    pub(crate) case: Case,
    pub(crate) runs: u16,
    /// The least that a scan found while the witness was in use.
    pub(crate) positive_control: u64,
    /// Of the run that left most.
    pub(crate) residue: Findings,
    /// Runs that left something.
    pub(crate) red: u16,
}

/// Looks at every combination of the matrix.
pub(crate) fn run(matrix: &Matrix) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for &subject in &matrix.subjects {
        let keys = keys(subject, matrix)?;
        for case in cases(matrix, subject) {
            eprintln!(
                "{} {subject}, threads: {}, {}",
                case.arm, case.threads, case.end
            );
            rows.push(row(case, matrix, &keys)?);
        }
    }
    let mut to = io::stdout().lock();
    if matrix.json {
        serde_json::to_writer(&mut to, &rows).map_err(io::Error::from)?;
        writeln!(to)?;
    } else {
        table::observed(&mut to, &rows)?;
    }
    to.flush()?;
    verdict(&rows)
}

/// Every combination for one subject.
pub(crate) fn cases(matrix: &Matrix, subject: Subject) -> impl Iterator<Item = Case> {
    let size = matrix.size(subject);
    matrix.arms.iter().flat_map(move |&arm| {
        matrix.threads.iter().flat_map(move |&threads| {
            matrix.ends.iter().map(move |&end| Case {
                arm,
                subject,
                size,
                threads,
                end,
            })
        })
    })
}

/// What to look for.
pub(crate) fn keys(subject: Subject, matrix: &Matrix) -> Result<KeySet, Failure> {
    let patterns = subject
        .patterns(matrix.size(subject), matrix.seed)
        .map_err(Failure::Usage)?;
    Ok(KeySet::new(&patterns))
}

fn row(case: Case, matrix: &Matrix, keys: &KeySet) -> Result<Row, Failure> {
    let runs = matrix.runs.unwrap_or(1);
    let mut row = Row {
        case,
        runs,
        positive_control: u64::MAX,
        residue: Findings::default(),
        red: 0,
    };
    for _ in 0..runs {
        let mut run = Run::start(case, Surroundings::of(matrix.seed))?;
        let control = run.look_at("mid", |stopped| stopped.scan(keys))?;
        run.go_on()?;
        let residue = run.look_at("end", |stopped| stopped.scan(keys))?;
        row.positive_control = row.positive_control.min(control.hits);
        row.red += u16::from(residue.hits > 0);
        if row.residue.scanned_bytes == 0 || residue.hits > row.residue.hits {
            row.residue = residue;
        }
    }
    Ok(row)
}

fn verdict(rows: &[Row]) -> Result<(), Failure> {
    if rows.iter().any(|row| row.positive_control == 0) {
        return Err(Failure::Blind);
    }
    let ours = rows.iter().filter(|row| row.case.arm == ArmName::Zkarena);
    if ours.map(|row| row.red).sum::<u16>() > 0 {
        return Err(Failure::Residue);
    }
    Ok(())
}
