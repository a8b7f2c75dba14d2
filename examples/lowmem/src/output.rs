//! Tables for people.
#![forbid(unsafe_code)]

use crate::summary::{CellSummary, Comparison, WorkloadSummary};
use std::fmt::Write;
use zkarena_measure::stats::{count, mib};
use zkarena_measure::{Table, figure, thousands};

const HEAD: [&str; 12] = [
    "arm",
    "limit",
    "MiB",
    "ended",
    "wall s",
    "wall x",
    "CPU s",
    "CPU x",
    "RSS MiB",
    "cgroup MiB",
    "read MiB",
    "written MiB",
];

const LEGEND: &str = "glibc: the published prover in RAM; naive: every block of 1 MiB and more in a mapped file of its own; \
    compat: those that half of the limit does not hold in one mapped file, by `#[lowmem]`; \
    streamed: in tiles through a file, encrypted unless plain, columns kept narrow unless raw\n\
    x: in units of glibc without a limit in the same round; RSS and cgroup: the greatest peaks, the latter with page cache; \
    read, written: disk, as the kernel counts";

impl Comparison<'_> {
    /// For a terminal.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            text,
            "{}; files in {}",
            self.machine.line(),
            self.store_dir.display()
        );
        let _ = writeln!(text, "{}\n", self.keeper());
        for workload in &self.statements {
            let (title, table) = (workload.title(), workload.table().text());
            let _ = writeln!(text, "{title}\n{table}{}", workload.remarks(""));
        }
        text + LEGEND + "\n"
    }

    /// For a README.
    pub(crate) fn markdown(&self) -> String {
        let (command, machine) = (&self.command, self.machine.line());
        let mut text = format!(
            "`{command}`, {machine}, {}. Rounds: {}.\n\n",
            self.keeper(),
            self.rounds
        );
        for workload in &self.statements {
            let (title, table) = (workload.title(), workload.table().markdown());
            let _ = writeln!(text, "### {title}\n\n{table}\n{}", workload.remarks("- "));
        }
        text + LEGEND + ".\n"
    }

    /// What keeps the limits, or why nothing does.
    fn keeper(&self) -> String {
        match (&self.limits_by, &self.unlimited) {
            (Some(keeper), _) => format!("limits: {keeper}"),
            (None, reason) => {
                let reason = reason.as_deref().unwrap_or("there are no cgroups");
                format!("no limits but what streaming is told, as {reason}")
            }
        }
    }
}

impl WorkloadSummary<'_> {
    fn title(&self) -> String {
        let peak = thousands(self.in_ram_peak_bytes.map(mebibytes));
        format!(
            "{}, 2^{} rows: {peak} MiB in RAM",
            self.statement, self.log_rows
        )
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&HEAD);
        self.cells.iter().for_each(|cell| table.row(cells(cell)));
        table
    }

    /// What the figures do not show.
    fn remarks(&self, prefix: &str) -> String {
        let mut text = String::new();
        for cell in &self.cells {
            let arm = cell.arm;
            for reason in cell.reasons() {
                let _ = writeln!(text, "{prefix}{arm}: {reason}");
            }
            let bad = cell.done - cell.verified;
            if bad > 0 {
                let _ = writeln!(
                    text,
                    "{prefix}{arm}: {bad} of {} proofs do not verify",
                    cell.done
                );
            }
        }
        text
    }
}

fn cells(cell: &CellSummary<'_>) -> Vec<String> {
    let limit = cell.limit.map(|limit| limit.to_string());
    vec![
        cell.arm.to_string(),
        limit.unwrap_or_else(|| "none".to_owned()),
        thousands(cell.limit_bytes.map(mebibytes)),
        cell.outcome(),
        figure(cell.wall_seconds, 2),
        figure(cell.wall_ratio, 2),
        figure(cell.cpu_seconds, 2),
        figure(cell.cpu_ratio, 2),
        thousands(cell.peak_rss_bytes.map(mebibytes)),
        thousands(cell.group_peak_bytes.map(mebibytes)),
        thousands(cell.disk_read_bytes.map(in_mebibytes)),
        thousands(cell.disk_written_bytes.map(in_mebibytes)),
    ]
}

fn mebibytes(bytes: u64) -> f64 {
    mib(bytes >> 10)
}

fn in_mebibytes(bytes: f64) -> f64 {
    bytes / count(1 << 20)
}
