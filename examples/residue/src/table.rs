//! Tables for people.

use crate::subject::Subject;
use crate::{cores, difference, observe};
use std::io::{self, Write};
use zkarena_forensics::{Class, Findings};

/// Blinding factors that a Groth16 proof has: r, s, and their product.
const BLINDING: usize = 3;

/// The table of `observe`.
pub(crate) fn observed(to: &mut impl Write, rows: &[observe::Row]) -> io::Result<()> {
    writeln!(
        to,
        "{:<16} {:<8} {:>7} {:<6} {:>5} {:>4} {:>9} {:>7} {:>8} {:>10}  by place",
        "allocator",
        "prover",
        "threads",
        "end",
        "runs",
        "red",
        "hits",
        "share",
        "blinding",
        "control"
    )?;
    for row in rows {
        let case = row.case;
        let residue = &row.residue;
        let blinding = match case.subject {
            Subject::Groth16 => format!("{} of {BLINDING}", residue.named.len()),
            Subject::Plonky3 => "-".to_owned(),
        };
        writeln!(
            to,
            "{:<16} {:<8} {:>7} {:<6} {:>5} {:>4} {:>9} {:>7} {:>8} {:>10}  {}",
            case.arm,
            case.subject,
            case.threads,
            case.end,
            row.runs,
            row.red,
            residue.hits,
            share(residue),
            blinding,
            row.positive_control,
            by_place(
                residue
                    .classes
                    .iter()
                    .map(|(class, found)| (*class, found.hits))
            )
        )?;
    }
    Ok(())
}

/// The table of `difference`.
pub(crate) fn differences(to: &mut impl Write, rows: &[difference::Row]) -> io::Result<()> {
    writeln!(
        to,
        "{:<16} {:<8} {:>9} {:>9} {:>9} {:>9}  by place",
        "allocator", "prover", "runs", "words", "noise", "control"
    )?;
    for row in rows {
        let residue = &row.residue;
        writeln!(
            to,
            "{:<16} {:<8} {:>5} x 2 {:>9} {:>9} {:>9}  {}",
            row.case.arm,
            row.case.subject,
            row.runs,
            residue.words,
            residue.noise,
            row.positive_control,
            by_place(
                residue
                    .classes
                    .iter()
                    .map(|(class, words)| (*class, *words))
            )
        )?;
    }
    Ok(())
}

/// The table of `cores`.
pub(crate) fn cores(to: &mut impl Write, rows: &[cores::Row]) -> io::Result<()> {
    writeln!(
        to,
        "{:<16} {:<8} {:>7} {:<6} {:>9} {:>7} {:>10}  by place",
        "allocator", "prover", "threads", "core", "hits", "share", "control"
    )?;
    for row in rows {
        let way = match row.way {
            cores::Way::Gcore => "gcore",
            cores::Way::Abort => "abort",
        };
        let residue = &row.residue;
        writeln!(
            to,
            "{:<16} {:<8} {:>7} {:<6} {:>9} {:>7} {:>10}  {}",
            row.case.arm,
            row.case.subject,
            row.case.threads,
            way,
            residue.hits,
            share(residue),
            row.positive_control,
            by_place(
                residue
                    .classes
                    .iter()
                    .map(|(class, found)| (*class, found.hits))
            )
        )?;
    }
    Ok(())
}

/// How many of the patterns were found.
fn share(findings: &Findings) -> String {
    let per_mille = (findings.distinct * 1000)
        .checked_div(findings.patterns)
        .unwrap_or(0);
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

fn by_place(places: impl Iterator<Item = (Class, u64)>) -> String {
    let texts: Vec<String> = places
        .map(|(class, count)| format!("{class} {count}"))
        .collect();
    texts.join(", ")
}
