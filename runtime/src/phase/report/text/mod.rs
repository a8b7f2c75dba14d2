//! The report as a text tree.
#![forbid(unsafe_code)]

mod notes;
mod reserve;
mod table;
#[cfg(test)]
mod tests;

use super::{AllocatorState, Report, Retention};
use crate::size::Bytes;
use crate::spans::PagePolicy;
use std::fmt;

impl fmt::Display for AllocatorState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotInstalled => "not installed",
            Self::Off => "switched off (ZKARENA=off)",
            Self::NoAddressSpace => {
                "zkarena, without address space: the inner allocator serves all"
            }
            Self::Installed => "zkarena",
        })
    }
}

/// The settings, the heap, a table of the phases by site, and notes where there is something to explain.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = vec![format!("global allocator: {}", settings(self))];
        lines.extend(heap_line(self));
        lines.extend(witness_line(self));
        lines.extend(lowmem_line(self));
        lines.push(String::new());
        lines.extend(table::lines(self));
        lines.extend(reserve::lines(self));
        lines.extend(notes::lines(self));
        f.write_str(&lines.join("\n"))
    }
}

/// The allocator and, where it serves, its pages and retention.
pub(super) fn settings(report: &Report) -> String {
    let allocator = report.allocator;
    if allocator == AllocatorState::Installed {
        format!(
            "{allocator}, {}, {}",
            pages(report.pages),
            kept(report.retention)
        )
    } else {
        allocator.to_string()
    }
}

fn pages(pages: PagePolicy) -> &'static str {
    match pages {
        PagePolicy::Auto => "pages gathered once warm",
        PagePolicy::Small => "small pages",
        PagePolicy::Huge => "huge pages",
    }
}

fn kept(retention: Retention) -> String {
    match retention {
        Retention::UntilIdle => "kept until idle".to_owned(),
        Retention::Retain => "kept".to_owned(),
        Retention::Trim => "trimmed to what recent phases needed".to_owned(),
        Retention::Budget(bytes) => format!("at most {} kept", size(bytes as u64)),
    }
}

fn size(bytes: u64) -> String {
    Bytes(bytes).to_string()
}

/// A character as it may be shown: control characters would break lines (and XML).
pub(super) fn visible(c: char) -> char {
    let breaks = c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}');
    if breaks {
        char::REPLACEMENT_CHARACTER
    } else {
        c
    }
}

fn heap_line(report: &Report) -> Option<String> {
    let heap = report.heap;
    let mut figures = vec![
        format!("{} in use", size(heap.in_use_bytes)),
        format!("{} kept warm", size(heap.retained_bytes)),
        format!("high-water mark {}", size(heap.high_water_bytes)),
        format!("{} given back", size(heap.trimmed_bytes)),
    ];
    if heap.gathered_bytes > 0 {
        figures.push(format!(
            "{} gathered into huge pages",
            size(heap.gathered_bytes)
        ));
    }
    if heap.refused_bytes > 0 {
        figures.push(format!("{} refused", size(heap.refused_bytes)));
    }
    let serves = report.allocator == AllocatorState::Installed;
    serves.then(|| format!("heap: {}", figures.join(", ")))
}

fn witness_line(report: &Report) -> Option<String> {
    let heap = report.witness.heap;
    (heap.reserved_bytes > 0).then(|| {
        format!(
            "witnesses: {} in use, {} kept warm, high-water mark {}, {} given back",
            size(heap.in_use_bytes),
            size(heap.retained_bytes),
            size(heap.high_water_bytes),
            size(heap.trimmed_bytes),
        )
    })
}

fn lowmem_line(report: &Report) -> Option<String> {
    let lowmem = report.lowmem;
    let used = lowmem.file_peak_bytes + lowmem.ram_bytes + lowmem.beyond_bytes;
    (used > 0).then(|| {
        format!(
            "library code with little memory: {} in the file, at most {}; {} in memory",
            size(lowmem.file_bytes),
            size(lowmem.file_peak_bytes),
            size(lowmem.ram_bytes),
        )
    })
}
