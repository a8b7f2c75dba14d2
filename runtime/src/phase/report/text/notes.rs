//! What a reader may stumble over, explained.
#![forbid(unsafe_code)]

use super::super::{AllocatorState, Report};
use super::{size, visible};

/// Explanations, after an empty line; none where there is nothing to explain.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let notes = [
        not_measured(report),
        untracked(report),
        shared(report),
        survivor(report),
        missed(report),
        beyond(report),
        lost(report),
        skipped(report),
    ];
    let mut lines: Vec<String> = notes
        .into_iter()
        .flatten()
        .map(|note| format!("note: {note}"))
        .collect();
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

fn not_measured(report: &Report) -> Option<String> {
    (report.allocator == AllocatorState::NotInstalled).then(|| {
        "memory is not measured; `#[global_allocator] static ALLOC: zkarena::PhaseAlloc = zkarena::PhaseAlloc::new();` measures it".to_owned()
    })
}

fn untracked(report: &Report) -> Option<String> {
    let phases = report.untracked_phases;
    (phases > 0).then(|| {
        format!(
            "phases not measured: {phases} (nested deeper than 32, or more than 1,023 open at once)"
        )
    })
}

fn shared(report: &Report) -> Option<String> {
    let bytes = size(report.shared_bytes);
    (report.shared_bytes > 0).then(|| {
        format!(
            "{bytes} shared: allocated by threads without a phase while several root phases were open, so charged to none of them; \
             a `PhaseTag` entered on those threads gives exact figures"
        )
    })
}

/// The root phase with the largest survivor. What outlives a nested phase is often just its result.
fn survivor(report: &Report) -> Option<String> {
    let roots = report.sites.iter().filter(|site| site.depth == 0);
    let site = roots.max_by_key(|site| site.survivors.largest_bytes)?;
    let (path, bytes) = (&site.path, site.survivors.largest_bytes);
    let path: String = path.chars().map(visible).collect();
    (bytes > 0).then(|| {
        format!(
            "largest survivor: {} of {path} ({}:{}), memory that outlived its phase; not an error",
            size(bytes),
            site.file,
            site.line
        )
    })
}

fn missed(report: &Report) -> Option<String> {
    let threads = report.witness.missed_threads;
    (threads > 0).then(|| {
        format!(
            "threads not cleared when their witness phase ended: {threads}; on those of your own pools, \
             call `zkarena::wipe_thread` at the end of the phase"
        )
    })
}

fn beyond(report: &Report) -> Option<String> {
    let bytes = size(report.lowmem.beyond_bytes);
    (report.lowmem.beyond_bytes > 0).then(|| {
        format!(
            "{bytes} of library code went to memory beyond `ZKARENA_RAM`, as no file had room or the phase encrypts; \
             `Lowmem::require` refuses such blocks"
        )
    })
}

fn lost(report: &Report) -> Option<String> {
    report.lowmem.lost.then(|| {
        "content of the file of library code is gone, and reads zero: somebody cut the file, or its disk failed; \
         what was made of it may be wrong"
            .to_owned()
    })
}

/// All that was skipped, and the place that skipped most.
fn skipped(report: &Report) -> Option<String> {
    let traces = &report.traces;
    let records: u64 = traces.iter().map(|trace| trace.skipped_records).sum();
    let bytes: u64 = traces.iter().map(|trace| trace.skipped_bytes).sum();
    let most = traces.iter().max_by_key(|trace| trace.skipped_bytes)?;
    (records > 0).then(|| {
        format!(
            "skipped in traces: {} records, {} not allocated; most of them `{}`, {}:{}",
            grouped(records),
            size(bytes),
            most.record,
            most.file,
            most.line
        )
    })
}

/// As in `1,246,151`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let separator = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    let each = digits.chars().enumerate();
    each.flat_map(|(at, digit)| separator(at).then_some(',').into_iter().chain([digit]))
        .collect()
}
