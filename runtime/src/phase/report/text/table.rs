//! The table of phases by site.
#![forbid(unsafe_code)]

use super::super::{AllocatorState, Report, SiteReport, StoreReport};
use super::{size, visible};

/// What is not known.
const UNKNOWN: &str = "-";

/// What a column needs in order to show a figure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// A run that ended.
    Run,
    /// A run that ended, and the allocator.
    Memory,
}

/// What a column shows of a site; the number is that of the digits after a second's point.
type Cell = fn(&SiteReport, usize) -> String;

/// A column right of the names: two lines of heading, what it needs, and its cells. One with
/// nothing in its cells is left out.
struct Column(&'static str, &'static str, Needs, Cell);

const COLUMNS: [Column; 16] = [
    Column("", "runs", Needs::Nothing, |site, _| site.runs.to_string()),
    Column("mean", "seconds", Needs::Run, mean),
    Column("", "min..max", Needs::Run, range),
    Column("in all", "allocated", Needs::Memory, |site, _| {
        size(site.allocated_bytes)
    }),
    Column("", "high-water", Needs::Memory, |site, _| {
        size(site.high_water_bytes)
    }),
    Column("survivors", "bytes", Needs::Memory, |site, _| {
        size(site.survivors.bytes)
    }),
    Column("", "blocks", Needs::Memory, |site, _| {
        site.survivors.blocks.to_string()
    }),
    Column("", "largest", Needs::Memory, |site, _| {
        size(site.survivors.largest_bytes)
    }),
    Column("minor", "faults/run", Needs::Run, |site, _| {
        faults_per_run(site).to_string()
    }),
    Column("major", "faults", Needs::Run, |site, _| {
        site.major_faults.to_string()
    }),
    Column("", "trimmed", Needs::Memory, |site, _| {
        size(site.trimmed_bytes)
    }),
    Column("stores", "read", Needs::Nothing, |site, _| {
        stored(site, |stores| size(stores.read_bytes))
    }),
    Column("", "written", Needs::Nothing, |site, _| {
        stored(site, |stores| size(stores.written_bytes))
    }),
    Column("stalled", "seconds", Needs::Nothing, |site, digits| {
        let stall = site.stores.map(|stores| stores.stall_seconds);
        stall.map_or_else(String::new, |stall| format!("{stall:.digits$}"))
    }),
    Column("most", "on disk", Needs::Nothing, |site, _| {
        stored(site, |stores| size(stores.disk_peak_bytes))
    }),
    Column("", "in RAM", Needs::Nothing, |site, _| {
        stored(site, |stores| size(stores.ram_peak_bytes))
    }),
];

/// A figure of stores, where something was stored.
fn stored(site: &SiteReport, figure: fn(&StoreReport) -> String) -> String {
    site.stores.as_ref().map_or_else(String::new, figure)
}

fn mean(site: &SiteReport, digits: usize) -> String {
    format!("{:.digits$}", mean_seconds(site))
}

#[expect(clippy::cast_precision_loss, reason = "nobody runs a phase 2^53 times")]
fn mean_seconds(site: &SiteReport) -> f64 {
    site.wall_seconds / site.runs.max(1) as f64
}

fn range(site: &SiteReport, digits: usize) -> String {
    let (shortest, longest) = (site.shortest_seconds, site.longest_seconds);
    if site.runs > 1 {
        format!("{shortest:.digits$}..{longest:.digits$}")
    } else {
        String::new()
    }
}

/// Rounded to the nearest.
fn faults_per_run(site: &SiteReport) -> u64 {
    let runs = site.runs.max(1);
    (site.minor_faults + runs / 2) / runs
}

/// Digits after the point that show two of the shortest mean, but three at least and microseconds at most.
fn digits(sites: &[SiteReport]) -> usize {
    let means = sites.iter().map(mean_seconds).filter(|&mean| mean > 0.0);
    let shortest = means.fold(f64::INFINITY, f64::min);
    [(0.01, 3), (0.001, 4), (0.0001, 5)]
        .into_iter()
        .find(|&(least, _)| shortest >= least)
        .map_or(6, |(_, digits)| digits)
}

/// The phases by site, one line each under two lines of headings.
pub(super) fn lines(report: &Report) -> Vec<String> {
    if report.sites.is_empty() {
        return vec!["no phase was opened yet".to_owned()];
    }
    let mut columns = vec![names(&report.sites)];
    columns.extend(COLUMNS.iter().filter_map(|column| cells(report, column)));
    (0..report.sites.len() + 2)
        .map(|row| line(&columns, row))
        .collect()
}

/// A column's heading and cells; `None` if they are all empty.
fn cells(report: &Report, column: &Column) -> Option<Vec<String>> {
    let &Column(upper, lower, needs, cell) = column;
    let serves = report.allocator == AllocatorState::Installed;
    let digits = digits(&report.sites);
    let cells = report.sites.iter().map(|site| {
        let known = needs == Needs::Nothing || site.runs > 0 && (needs == Needs::Run || serves);
        let text = cell(site, digits);
        if known || text.is_empty() {
            text
        } else {
            UNKNOWN.to_owned()
        }
    });
    let column: Vec<String> = [upper.to_owned(), lower.to_owned()]
        .into_iter()
        .chain(cells)
        .collect();
    column[2..]
        .iter()
        .any(|cell| !cell.is_empty())
        .then_some(column)
}

/// One line of the table: names to the left, figures to the right.
fn line(columns: &[Vec<String>], row: usize) -> String {
    let cells: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let (cell, width) = (&column[row], width(column));
            if at == 0 {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            }
        })
        .collect();
    cells.join("  ").trim_end().to_owned()
}

fn width(column: &[String]) -> usize {
    column
        .iter()
        .map(|cell| cell.chars().count())
        .max()
        .unwrap_or(0)
}

/// The column of names, as a tree.
fn names(sites: &[SiteReport]) -> Vec<String> {
    let heading = [String::new(), "phase".to_owned()];
    heading
        .into_iter()
        .chain((0..sites.len()).map(|at| branches(sites, at) + &name(sites, at)))
        .collect()
}

/// A site's name, with its place in the source if another has the same path.
fn name(sites: &[SiteReport], at: usize) -> String {
    let site = &sites[at];
    let name: String = site.name.chars().map(visible).collect();
    let namesakes = sites.iter().filter(|other| other.path == site.path).count();
    if namesakes > 1 {
        format!("{name} ({}:{})", site.file, site.line)
    } else {
        name
    }
}

fn branches(sites: &[SiteReport], at: usize) -> String {
    let depth = sites[at].depth;
    (1..=depth)
        .map(|level| branch(level == depth, more_at(&sites[at + 1..], level)))
        .collect()
}

fn branch(own: bool, more: bool) -> &'static str {
    match (own, more) {
        (true, true) => "├─ ",
        (true, false) => "└─ ",
        (false, true) => "│  ",
        (false, false) => "   ",
    }
}

/// Whether a sibling at `level` is still to come.
fn more_at(rest: &[SiteReport], level: u32) -> bool {
    rest.iter()
        .find(|site| site.depth <= level)
        .is_some_and(|site| site.depth == level)
}
