//! The figures of a report by name, as monitoring knows them: for Prometheus and for recorders.
#![forbid(unsafe_code)]

use super::{Report, SiteReport};
use std::collections::BTreeMap;

/// What a figure does over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Goes up and down.
    Gauge,
    /// Only grows.
    Counter,
}

/// Where the figures of a phase belong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Labels<'a> {
    /// Names from the root phase down.
    pub(crate) phase: &'a str,
    /// File and line.
    pub(crate) place: String,
}

/// A figure, and what it is for each of those that have it.
#[derive(Clone, Debug)]
pub(crate) struct Family<'a> {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) kind: Kind,
    /// `None`: of the process.
    pub(crate) values: Vec<(Option<&'a Labels<'a>>, f64)>,
}

/// A figure of `T`.
struct Figure<T>(&'static str, &'static str, Kind, fn(&T) -> f64);

const PROCESS: [Figure<Report>; 14] = [
    Figure(
        "zkarena_heap_reserved_bytes",
        "Address space of the span heap.",
        Kind::Gauge,
        |report| bytes(report.heap.reserved_bytes),
    ),
    Figure(
        "zkarena_heap_in_use_bytes",
        "Bytes of the span heap handed out, in whole pages.",
        Kind::Gauge,
        |report| bytes(report.heap.in_use_bytes),
    ),
    Figure(
        "zkarena_heap_high_water_bytes",
        "Greatest number of bytes handed out at once so far.",
        Kind::Gauge,
        |report| bytes(report.heap.high_water_bytes),
    ),
    Figure(
        "zkarena_heap_retained_bytes",
        "Free bytes that are kept backed for reuse.",
        Kind::Gauge,
        |report| bytes(report.heap.retained_bytes),
    ),
    Figure(
        "zkarena_heap_trimmed_bytes_total",
        "Bytes given back to the kernel.",
        Kind::Counter,
        |report| bytes(report.heap.trimmed_bytes),
    ),
    Figure(
        "zkarena_heap_gathered_bytes_total",
        "Bytes gathered into huge pages.",
        Kind::Counter,
        |report| bytes(report.heap.gathered_bytes),
    ),
    Figure(
        "zkarena_heap_moved_bytes_total",
        "Bytes of idle pages moved under new blocks.",
        Kind::Counter,
        |report| bytes(report.heap.moved_bytes),
    ),
    Figure(
        "zkarena_heap_refused_bytes_total",
        "Bytes that the inner allocator served, as the span heap had no room.",
        Kind::Counter,
        |report| bytes(report.heap.refused_bytes),
    ),
    Figure(
        "zkarena_witness_in_use_bytes",
        "Bytes of the heap of witnesses handed out, in whole pages.",
        Kind::Gauge,
        |report| bytes(report.witness.heap.in_use_bytes),
    ),
    Figure(
        "zkarena_witness_wiped_bytes_total",
        "Bytes wiped in the heap of witnesses.",
        Kind::Counter,
        |report| bytes(report.witness.wiped_bytes),
    ),
    Figure(
        "zkarena_witness_missed_threads_total",
        "Threads that took part in a witness phase and were not cleared when it ended.",
        Kind::Counter,
        |report| bytes(report.witness.missed_threads),
    ),
    Figure(
        "zkarena_lowmem_file_bytes",
        "Bytes of library blocks that lie in a file.",
        Kind::Gauge,
        |report| bytes(report.lowmem.file_bytes),
    ),
    Figure(
        "zkarena_lowmem_beyond_bytes_total",
        "Bytes of library blocks in memory that should have been in a file.",
        Kind::Counter,
        |report| bytes(report.lowmem.beyond_bytes),
    ),
    Figure(
        "zkarena_untracked_phases_total",
        "Phases that were not measured.",
        Kind::Counter,
        |report| bytes(report.untracked_phases),
    ),
];

const SITE: [Figure<SiteReport>; 10] = [
    Figure(
        "zkarena_phase_runs_total",
        "How often the phase ended.",
        Kind::Counter,
        |site| bytes(site.runs),
    ),
    Figure(
        "zkarena_phase_seconds_total",
        "Seconds that the phase was open.",
        Kind::Counter,
        |site| site.wall_seconds,
    ),
    Figure(
        "zkarena_phase_allocated_bytes_total",
        "Bytes allocated in the phase.",
        Kind::Counter,
        |site| bytes(site.allocated_bytes),
    ),
    Figure(
        "zkarena_phase_high_water_bytes",
        "Greatest number of the phase's own bytes in use at once in any run.",
        Kind::Gauge,
        |site| bytes(site.high_water_bytes),
    ),
    Figure(
        "zkarena_phase_survivor_bytes_total",
        "Bytes that were still in use when the phase ended.",
        Kind::Counter,
        |site| bytes(site.survivors.bytes),
    ),
    Figure(
        "zkarena_phase_minor_faults_total",
        "Page faults of the process while the phase was open, served without a disk.",
        Kind::Counter,
        |site| bytes(site.minor_faults),
    ),
    Figure(
        "zkarena_phase_major_faults_total",
        "Page faults of the process while the phase was open, served from a disk.",
        Kind::Counter,
        |site| bytes(site.major_faults),
    ),
    Figure(
        "zkarena_phase_store_written_bytes_total",
        "Bytes that stores wrote to files while the phase was open.",
        Kind::Counter,
        |site| bytes(site.stores.map_or(0, |stores| stores.written_bytes)),
    ),
    Figure(
        "zkarena_phase_store_read_bytes_total",
        "Bytes that stores read from files while the phase was open.",
        Kind::Counter,
        |site| bytes(site.stores.map_or(0, |stores| stores.read_bytes)),
    ),
    Figure(
        "zkarena_phase_store_stall_seconds_total",
        "Seconds that threads waited for stores while the phase was open.",
        Kind::Counter,
        |site| site.stores.map_or(0.0, |stores| stores.stall_seconds),
    ),
];

#[expect(
    clippy::cast_precision_loss,
    reason = "monitoring knows no other numbers"
)]
fn bytes(count: u64) -> f64 {
    count as f64
}

/// Phases that are one to monitoring: it knows their path and place only.
type Places<'a> = BTreeMap<Labels<'a>, Vec<&'a SiteReport>>;

/// Hands every figure of a report to `see`.
pub(crate) fn each<E>(
    report: &Report,
    mut see: impl FnMut(&Family<'_>) -> Result<(), E>,
) -> Result<(), E> {
    for &Figure(name, help, kind, of) in &PROCESS {
        let values = vec![(None, of(report))];
        see(&Family {
            name,
            help,
            kind,
            values,
        })?;
    }
    let places = places(report);
    for &Figure(name, help, kind, of) in &SITE {
        let of_place = |(labels, sites)| (Some(labels), together(sites, kind, of));
        let values = places.iter().map(of_place).collect();
        see(&Family {
            name,
            help,
            kind,
            values,
        })?;
    }
    Ok(())
}

fn places(report: &Report) -> Places<'_> {
    let mut places = Places::new();
    for site in &report.sites {
        let labels = Labels {
            phase: &site.path,
            place: format!("{}:{}", site.file, site.line),
        };
        places.entry(labels).or_default().push(site);
    }
    places
}

/// What several have counted together, or the greatest of them.
fn together(sites: &Vec<&SiteReport>, kind: Kind, of: fn(&SiteReport) -> f64) -> f64 {
    let values = sites.iter().map(|site| of(site));
    match kind {
        Kind::Counter => values.sum(),
        Kind::Gauge => values.fold(0.0, f64::max),
    }
}
