//! What phases did: as a value, as a text tree, as JSON, as a picture, for monitoring, as a trace.
#![forbid(unsafe_code)]

mod collect;
mod figures;
mod perfetto;
mod prometheus;
mod text;
mod timeline;

pub(crate) use collect::allocator_started;
pub(super) use collect::allocator_state;
pub use collect::report;
#[cfg(feature = "metrics")]
pub(crate) use figures::{Family, Kind, Labels, each as each_family};

use super::{Growth, LowmemStats, ReservationReport, Retention, TraceReport};
use crate::spans::{HeapStats, PagePolicy};
use serde::Serialize;

/// Whether [`PhaseAlloc`](crate::PhaseAlloc) serves the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AllocatorState {
    /// The program's global allocator is another one; phases are timed but their memory is not seen.
    NotInstalled,
    /// Installed, and told (`ZKARENA=off`, or its builder) to leave everything to the inner allocator.
    Off,
    /// Installed, but the kernel gave it no address space: the inner allocator serves everything.
    NoAddressSpace,
    /// Installed and serving.
    Installed,
}

/// Memory that was allocated in a phase and is still in use when it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Survivors {
    /// Bytes, as requested.
    pub bytes: u64,
    /// Blocks.
    pub blocks: u64,
    /// Bytes of the largest block, in whole pages.
    pub largest_bytes: u64,
}

/// What the process's stores did while a phase was open: all of them, for whatever phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StoreReport {
    /// Bytes written to files, in whole pages.
    pub written_bytes: u64,
    /// Bytes read from files, in whole pages; what mappings read is not known.
    pub read_bytes: u64,
    /// Bytes that were freed before they were written, and never were.
    pub cancelled_bytes: u64,
    /// Seconds that threads waited for buffers, and for bytes that were being read or written; the sum over them.
    pub stall_seconds: f64,
    /// The most bytes on disks at a time, free ones that are kept for later included.
    pub disk_peak_bytes: u64,
    /// The most bytes of data in memory at a time.
    pub ram_peak_bytes: u64,
}

/// One run of a phase.
///
/// Memory figures are of blocks that the span heap served (4 KiB and more by default); they include
/// nested phases. Faults and what stores did are those of the whole process while the phase was open.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseReport {
    /// The name given, or that of the function.
    pub name: &'static str,
    /// Names from the root phase down, joined by `/`.
    pub path: String,
    /// 0 for a root phase.
    pub depth: u32,
    /// The source file of the phase.
    pub file: &'static str,
    /// The line in it.
    pub line: u32,
    /// Seconds from the first phase of the process to the start of this one.
    pub started_seconds: f64,
    /// Seconds that the phase was open.
    pub wall_seconds: f64,
    /// Bytes allocated in the phase, freed ones included.
    pub allocated_bytes: u64,
    /// Blocks allocated in the phase.
    pub allocated_blocks: u64,
    /// Greatest number of the phase's own bytes in use at once.
    pub high_water_bytes: u64,
    /// What was still in use at its end.
    pub survivors: Survivors,
    /// Page faults served without a disk.
    pub minor_faults: u64,
    /// Page faults served from a disk.
    pub major_faults: u64,
    /// Bytes given back to the kernel while the phase was open and at its end.
    pub trimmed_bytes: u64,
    /// How vectors grew in its arenas.
    pub growth: Growth,
    /// What stores did; `None` if nothing was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stores: Option<StoreReport>,
    /// The page policy in force when the phase ended.
    pub pages: PagePolicy,
}

/// All runs of a phase, seen from the phase around it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteReport {
    /// The name given, or that of the function.
    pub name: &'static str,
    /// Names from the root phase down, joined by `/`.
    pub path: String,
    /// 0 for a root phase.
    pub depth: u32,
    /// The module of the phase; empty for [`phase`](fn@crate::phase).
    pub module: &'static str,
    /// The source file of the phase.
    pub file: &'static str,
    /// The line in it.
    pub line: u32,
    /// How often the phase ended.
    pub runs: u64,
    /// Seconds over all runs.
    pub wall_seconds: f64,
    /// Seconds of the shortest run.
    pub shortest_seconds: f64,
    /// Seconds of the longest run.
    pub longest_seconds: f64,
    /// Bytes allocated over all runs.
    pub allocated_bytes: u64,
    /// Blocks allocated over all runs.
    pub allocated_blocks: u64,
    /// Greatest high-water mark of a run.
    pub high_water_bytes: u64,
    /// Survivors over all runs; the largest block of any run.
    pub survivors: Survivors,
    /// Minor faults over all runs.
    pub minor_faults: u64,
    /// Major faults over all runs.
    pub major_faults: u64,
    /// Bytes given back over all runs.
    pub trimmed_bytes: u64,
    /// How vectors grew in its arenas over all runs.
    pub growth: Growth,
    /// What became of the vectors that it reserved by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reservations: Vec<ReservationReport>,
    /// What stores did over all runs, the peaks those of any run; `None` if nothing was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stores: Option<StoreReport>,
}

/// Memory at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TimelinePoint {
    /// Seconds from the first phase of the process; negative before it.
    pub seconds: f64,
    /// Bytes handed out.
    pub in_use_bytes: u64,
    /// Bytes that may be resident: in use, or free and kept warm.
    pub backed_bytes: u64,
}

/// What the process's witness phases did so far; their heap at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WitnessStats {
    /// Figures of the heap of witnesses; what it refused was an error.
    pub heap: HeapStats,
    /// Blocks in use that are too small for pages of their own, after a phase: those that survived.
    pub small_blocks: u64,
    /// Bytes of them.
    pub small_bytes: u64,
    /// Bytes wiped so far, in the heap of witnesses.
    pub wiped_bytes: u64,
    /// Witness phases that ended, without those inside others.
    pub phases: u64,
    /// Threads that took part in a phase and were not cleared when it ended: those of a pool of the
    /// program's own, or of one that was busy elsewhere. They are cleared when they end, or by
    /// [`wipe_thread`](crate::wipe_thread).
    pub missed_threads: u64,
}

/// What the process's phases and heap did so far; see [`report`].
///
/// Prints as a text tree; [`to_json`](Self::to_json), [`to_svg`](Self::to_svg), [`to_prometheus`](Self::to_prometheus) and
/// [`to_perfetto`](Self::to_perfetto) are its other forms.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    pub(super) allocator: AllocatorState,
    pub(super) pages: PagePolicy,
    pub(super) retention: Retention,
    pub(super) heap: HeapStats,
    pub(super) witness: WitnessStats,
    pub(super) lowmem: LowmemStats,
    pub(super) traces: Vec<TraceReport>,
    pub(super) untracked_phases: u64,
    pub(super) shared_bytes: u64,
    pub(super) sites: Vec<SiteReport>,
    pub(super) phases: Vec<PhaseReport>,
    pub(super) timeline: Vec<TimelinePoint>,
}

impl Report {
    /// Whether [`PhaseAlloc`](crate::PhaseAlloc) serves the program.
    pub fn allocator(&self) -> AllocatorState {
        self.allocator
    }

    /// The page policy in force.
    pub fn pages(&self) -> PagePolicy {
        self.pages
    }

    /// What happens to free pages when a root phase ends.
    pub fn retention(&self) -> Retention {
        self.retention
    }

    /// Figures of the span heap.
    pub fn heap(&self) -> HeapStats {
        self.heap
    }

    /// What witness phases did, and figures of their heap.
    pub fn witness(&self) -> WitnessStats {
        self.witness
    }

    /// Where the large blocks of library code went in phases with little memory.
    pub fn lowmem(&self) -> LowmemStats {
        self.lowmem
    }

    /// What traces kept and skipped, by the place where they were opened; nothing of those of a witness.
    pub fn traces(&self) -> &[TraceReport] {
        &self.traces
    }

    /// The latest phases that ended (at most 1,024), in the order of their starts.
    pub fn phases(&self) -> &[PhaseReport] {
        &self.phases
    }

    /// All phases by site, parents before children.
    pub fn sites(&self) -> &[SiteReport] {
        &self.sites
    }

    /// Memory over time, coarser the longer the process runs; peaks are kept.
    pub fn timeline(&self) -> &[TimelinePoint] {
        &self.timeline
    }

    /// Bytes allocated by threads without a phase while several root phases were open.
    pub fn shared_bytes(&self) -> u64 {
        self.shared_bytes
    }

    /// Phases that were not measured: nested deeper than 32, or more than 1,023 open at once.
    pub fn untracked_phases(&self) -> u64 {
        self.untracked_phases
    }

    /// The report as one JSON object.
    pub fn to_json(&self) -> String {
        // Plain structs of numbers and strings cannot fail to serialise.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The report in the text format that Prometheus scrapes, of type `text/plain; version=0.0.4`.
    ///
    /// ```
    /// zkarena::phase("commit", || vec![1u64; 1 << 16]);
    /// let metrics = zkarena::report().to_prometheus();
    /// assert!(metrics.contains("\n# TYPE zkarena_heap_in_use_bytes gauge\n"));
    /// assert!(metrics.contains("\nzkarena_phase_runs_total{phase=\"commit\","));
    /// ```
    pub fn to_prometheus(&self) -> String {
        prometheus::text(self)
    }

    /// The report as a trace for `ui.perfetto.dev` and `chrome://tracing`: the latest phases (at most 1,024) as slices,
    /// memory over time as a counter. A row of it is no thread: it has what was not open at the same time.
    ///
    /// ```no_run
    /// std::fs::write("trace.json", zkarena::report().to_perfetto())?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn to_perfetto(&self) -> String {
        perfetto::trace(self)
    }

    /// The report as a picture: memory over time, a colour per phase, the peak marked.
    pub fn to_svg(&self) -> String {
        timeline::svg(self)
    }
}
