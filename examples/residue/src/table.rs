//! Tables for people.

use crate::subject::Subject;
use crate::{cores, difference, observe};
use std::fmt::Display;
use std::io::{self, Write};
use zkarena_forensics::{Class, Findings};

/// Blinding factors that a Groth16 proof has: r, s, and their product.
const BLINDING: usize = 3;

/// The table of `observe`.
pub(crate) fn observed(to: &mut impl Write, rows: &[observe::Row]) -> io::Result<()> {
    let columns = [
        "allocator",
        "prover",
        "threads",
        "end",
        "runs",
        "red",
        "hits",
        "blinding",
        "control",
        "by place",
    ];
    let cells = |row: &observe::Row| {
        let (case, residue) = (row.case, &row.residue);
        let blinding = match case.subject {
            Subject::Groth16 => format!("{} of {BLINDING}", residue.named.len()),
            Subject::Plonky3 => "-".to_owned(),
        };
        [
            case.arm.to_string(),
            case.subject.to_string(),
            case.threads.to_string(),
            case.end.to_string(),
            row.runs.to_string(),
            row.red.to_string(),
            residue.hits.to_string(),
            blinding,
            row.positive_control.to_string(),
            by_place(hits(residue)),
        ]
    };
    print(to, columns, rows.iter().map(cells))
}

/// The table of `difference`.
pub(crate) fn differences(to: &mut impl Write, rows: &[difference::Row]) -> io::Result<()> {
    let columns = [
        "allocator",
        "prover",
        "runs",
        "words",
        "counts",
        "noise",
        "control",
        "by place",
    ];
    let cells = |row: &difference::Row| {
        [
            row.case.arm.to_string(),
            row.case.subject.to_string(),
            format!("2 x {}", row.runs),
            row.residue.words.to_string(),
            row.residue.counts.to_string(),
            row.residue.noise.to_string(),
            row.positive_control.to_string(),
            by_place(
                row.residue
                    .classes
                    .iter()
                    .map(|(class, words)| (*class, *words)),
            ),
        ]
    };
    print(to, columns, rows.iter().map(cells))
}

/// The table of `cores`.
pub(crate) fn cores(to: &mut impl Write, rows: &[cores::Row]) -> io::Result<()> {
    let columns = [
        "allocator",
        "prover",
        "threads",
        "core",
        "in memory",
        "in registers",
        "control",
    ];
    let cells = |row: &cores::Row| {
        [
            row.case.arm.to_string(),
            row.case.subject.to_string(),
            row.case.threads.to_string(),
            row.way.to_string(),
            row.in_memory().to_string(),
            (row.residue.hits - row.in_memory()).to_string(),
            row.positive_control.to_string(),
        ]
    };
    print(to, columns, rows.iter().map(cells))
}

/// Columns as wide as they need to be.
fn print<const N: usize>(
    to: &mut impl Write,
    columns: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> io::Result<()> {
    let lines: Vec<[String; N]> = [columns.map(str::to_owned)]
        .into_iter()
        .chain(rows)
        .collect();
    let widths: [usize; N] =
        std::array::from_fn(|at| lines.iter().map(|line| line[at].len()).max().unwrap_or(0));
    for line in &lines {
        let cells = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        writeln!(to, "{}", line.trim_end())?;
    }
    Ok(())
}

fn hits(findings: &Findings) -> impl Iterator<Item = (Class, u64)> {
    findings
        .classes
        .iter()
        .map(|(class, found)| (*class, found.hits))
}

fn by_place(places: impl Iterator<Item = (impl Display, u64)>) -> String {
    let texts: Vec<String> = places
        .map(|(class, count)| format!("{class} {count}"))
        .collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut to = Vec::new();
        print(
            &mut to,
            ["a", "b"],
            [["long".to_owned(), "1".to_owned()]].into_iter(),
        )
        .expect("memory takes all");
        assert_eq!(String::from_utf8(to).expect("text"), "a     b\nlong  1\n");
    }
}
