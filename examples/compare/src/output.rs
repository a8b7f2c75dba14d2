//! The comparison as tables: on a terminal, and for the README.

use crate::summary::{ArmResult, Comparison, Workload};
use std::fmt::Write;
use zkarena_measure::{Table, figure, thousands};

const HEAD: [&str; 12] = [
    "allocator",
    "cold s",
    "warm s",
    "faults",
    "user s",
    "system s",
    "peak MiB",
    "at rest MiB",
    "verified",
    "cold x",
    "warm x",
    "peak x",
];

/// How to read the tables.
const LEGEND: &str = "cold: first proof of a process; warm, faults (minor), user, system: medians of the later ones; \
    x: in units of zkarena, above 1.00 is slower or larger than it";

impl Comparison {
    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for workload in &self.workloads {
            let (title, table) = (workload.title(), workload.table().text());
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(text, "{title}\n{table}{}", lines("", &workload.remarks()));
        }
        text + LEGEND + "\n"
    }

    /// For the README.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!(
            "`{}`, {}, {}. {} rounds of one cold and {} warm proofs.\n\n",
            self.command,
            self.date,
            self.machine.line(),
            self.rounds,
            self.warm_proofs_per_round,
        );
        for workload in &self.workloads {
            let (title, table) = (workload.title(), workload.table().markdown());
            let _ = writeln!(
                text,
                "### {title}\n\n{table}\n{}",
                lines("- ", &workload.remarks())
            );
        }
        text + LEGEND + ".\n"
    }
}

impl Workload {
    pub(crate) fn title(&self) -> String {
        format!("{}, 2^{} rows", self.kind, self.log_rows)
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&HEAD);
        for result in self
            .arms
            .iter()
            .filter(|result| !result.raw.runs.is_empty())
        {
            table.row(cells(result));
        }
        table
    }

    /// What the figures do not show: skipped arms, failed processes, spoiled proofs.
    fn remarks(&self) -> Vec<String> {
        self.arms.iter().flat_map(remarks).collect()
    }
}

fn cells(result: &ArmResult) -> Vec<String> {
    let (medians, ratios) = (&result.medians, &result.ratio_to_zkarena);
    vec![
        result.raw.arm.to_owned(),
        figure(medians.cold_seconds, 3),
        figure(medians.warm_seconds, 3),
        thousands(medians.warm_minor_faults),
        figure(medians.warm_user_seconds, 2),
        figure(medians.warm_system_seconds, 2),
        figure(medians.peak_mib, 0),
        figure(medians.at_rest_mib, 0),
        format!("{}/{}", result.verified, result.proofs),
        figure(ratios.cold, 2),
        figure(ratios.warm, 2),
        figure(ratios.peak, 2),
    ]
}

fn remarks(result: &ArmResult) -> Vec<String> {
    let arm = result.raw.arm;
    let mut remarks = Vec::new();
    if let Some(reason) = &result.raw.skipped {
        remarks.push(format!("{arm}: skipped: {reason}"));
    }
    for failure in &result.raw.failures {
        remarks.push(format!("{arm}: {failure}"));
    }
    let (proofs, verified) = (result.proofs, result.verified);
    if verified < proofs {
        remarks.push(format!(
            "{arm}: {} of {proofs} proofs do not verify{}",
            proofs - verified,
            first_error(result)
        ));
    }
    let other = proofs - result.same_transcript;
    if other > 0 {
        remarks.push(format!(
            "{arm}: {other} of {proofs} transcripts differ from the others'"
        ));
    }
    remarks
}

fn first_error(result: &ArmResult) -> String {
    let mut proofs = result.raw.runs.iter().flat_map(|run| &run.proofs);
    let error = proofs.find_map(|proof| proof.error.as_ref());
    error.map_or_else(String::new, |error| format!(" (the first: {error})"))
}

fn lines(prefix: &str, remarks: &[String]) -> String {
    remarks
        .iter()
        .flat_map(|remark| [prefix, remark, "\n"])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::fixture;

    #[test]
    fn text_has_a_row_for_each_arm_that_ran_and_a_remark_for_each_oddity() {
        let expected = "\
keccak, 2^15 rows
allocator  cold s  warm s  faults  user s  system s  peak MiB  at rest MiB  verified  cold x  warm x  peak x
zk-alloc    2.200   1.375      15    2.75      0.25       512            8       2/6    1.10    1.10    1.00
zkarena     2.000   1.250      15    2.50      0.25       512            8       6/6    1.00    1.00    1.00
zk-alloc: 4 of 6 proofs do not verify
zk-alloc: 4 of 6 transcripts differ from the others'
snmalloc: skipped: error: no C++ compiler

";
        assert_eq!(
            fixture::comparison().text(),
            format!("{expected}{LEGEND}\n")
        );
    }

    #[test]
    fn markdown_says_where_and_when() {
        let text = fixture::comparison().markdown();
        assert!(text.starts_with(
            "`compare`, 2026-01-02T03:04:05Z, 2 cores (unknown), 1024 MiB, Linux 6.1"
        ));
        assert!(text.contains("### keccak, 2^15 rows\n\n| allocator | cold s |"));
        assert!(text.contains("\n- snmalloc: skipped: error: no C++ compiler\n"));
    }
}
