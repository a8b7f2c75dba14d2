//! From the books to a report.
#![forbid(unsafe_code)]

use super::super::ledger::{self, Ended, Ledger};
use super::super::{current, lowmem, retention, slots, witness};
use super::{
    AllocatorState, PhaseReport, Report, SiteReport, StoreReport, Survivors, TimelinePoint,
    WitnessStats,
};
use crate::layout::bytes_of;
use crate::os;
use crate::small::SMALL;
use crate::spans::{FILE, RAM, Sample, WITNESS};
use crate::store::StoreUse;
use crate::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// What the allocator said when it started, and the smallest block that it routes to the heap.
static STARTED: AtomicU8 = AtomicU8::new(AllocatorState::NotInstalled as u8);
static MIN_ROUTED: AtomicUsize = AtomicUsize::new(0);

/// Larger blocks are not asked for to find out who serves them.
const LARGEST_PROBE: usize = 1 << 20;

/// The allocator has started, and routes blocks from `min_routed` bytes on to the heap.
pub(crate) fn allocator_started(state: AllocatorState, min_routed: usize) {
    MIN_ROUTED.store(min_routed, Ordering::Relaxed);
    STARTED.store(state as u8, Ordering::Release);
}

/// What the process's phases and heap did so far.
///
/// ```
/// zkarena::phase("commit", || vec![1u64; 1 << 16]);
/// let report = zkarena::report();
/// println!("{report}");
/// assert_eq!(report.sites().last().map(|site| site.name), Some("commit"));
/// ```
pub fn report() -> Report {
    current::untracked(collect)
}

fn collect() -> Report {
    let ledger = ledger::copy();
    let mut samples = Vec::new();
    RAM.samples(&mut samples);
    let zero = ledger::epoch_ns(os::now_ns());
    let mut phases: Vec<_> = ledger
        .latest
        .iter()
        .map(|ended| phase_report(&ledger, ended, zero))
        .collect();
    phases.sort_by(|a, b| {
        a.started_seconds
            .total_cmp(&b.started_seconds)
            .then(a.depth.cmp(&b.depth))
    });
    Report {
        allocator: allocator_state(),
        pages: RAM.page_policy(),
        retention: retention::retention(),
        heap: RAM.stats(),
        witness: witness_stats(),
        lowmem: lowmem::stats(),
        traces: ledger.traces.clone(),
        untracked_phases: ledger::untracked(),
        shared_bytes: slots::counts(slots::SHARED).bytes,
        sites: site_reports(&ledger),
        phases,
        timeline: samples.iter().map(|sample| point(sample, zero)).collect(),
    }
}

fn witness_stats() -> WitnessStats {
    let small = SMALL.stats();
    let (phases, missed_threads) = witness::figures();
    WitnessStats {
        heap: WITNESS.stats(),
        small_blocks: small.blocks,
        small_bytes: small.bytes,
        wiped_bytes: WITNESS.wiped_bytes() + small.wiped_bytes,
        phases,
        missed_threads,
    }
}

/// Asks the global allocator for a block and looks where it came from.
pub(in super::super) fn allocator_state() -> AllocatorState {
    const OFF: u8 = AllocatorState::Off as u8;
    const NO_ADDRESS_SPACE: u8 = AllocatorState::NoAddressSpace as u8;
    const INSTALLED: u8 = AllocatorState::Installed as u8;
    match STARTED.load(Ordering::Acquire) {
        OFF => AllocatorState::Off,
        NO_ADDRESS_SPACE => AllocatorState::NoAddressSpace,
        INSTALLED if is_global() => AllocatorState::Installed,
        _ => AllocatorState::NotInstalled,
    }
}

/// Whether a block comes from the heap. Where only larger ones would, the allocator that has
/// started is the global one for all that can be seen.
fn is_global() -> bool {
    let bytes = MIN_ROUTED.load(Ordering::Relaxed);
    let from_heap = || {
        let block = Vec::<u8>::with_capacity(bytes);
        let at = std::hint::black_box(&block).as_ptr();
        RAM.contains(at) || FILE.contains(at)
    };
    bytes > LARGEST_PROBE || from_heap()
}

fn point(sample: &Sample, zero: u64) -> TimelinePoint {
    TimelinePoint {
        seconds: seconds_between(zero, sample.at_ns),
        in_use_bytes: bytes_of(sample.in_use) as u64,
        // A block counts as in use a moment before its pages count as backed.
        backed_bytes: bytes_of(sample.touched.max(sample.in_use)) as u64,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a microsecond in a century is precise enough"
)]
fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}

fn seconds_between(zero: u64, at: u64) -> f64 {
    if at >= zero {
        seconds(at - zero)
    } else {
        -seconds(zero - at)
    }
}

fn phase_report(ledger: &Ledger, ended: &Ended, zero: u64) -> PhaseReport {
    let site = ledger.nodes[ended.node as usize].site;
    PhaseReport {
        name: site.name,
        path: ledger.path(ended.node),
        depth: ended.depth,
        file: site.file,
        line: site.line,
        started_seconds: seconds_between(zero, ended.started_ns),
        wall_seconds: seconds(ended.wall_ns),
        allocated_bytes: ended.counts.bytes,
        allocated_blocks: ended.counts.blocks,
        high_water_bytes: ended.counts.high_water,
        survivors: Survivors {
            bytes: ended.counts.live_bytes,
            blocks: ended.counts.live_blocks,
            largest_bytes: ended.largest_survivor,
        },
        minor_faults: ended.minor_faults,
        major_faults: ended.major_faults,
        trimmed_bytes: ended.trimmed,
        growth: ended.counts.growth,
        stores: ended.stores.as_deref().map(store_report),
        pages: ended.pages,
    }
}

fn site_reports(ledger: &Ledger) -> Vec<SiteReport> {
    let mut reports = Vec::with_capacity(ledger.nodes.len());
    let mut to_visit: Vec<(u32, u32)> = ledger.roots.iter().rev().map(|&node| (node, 0)).collect();
    while let Some((node, depth)) = to_visit.pop() {
        reports.push(site_report(ledger, node, depth));
        let children = ledger.nodes[node as usize].children.iter().rev();
        to_visit.extend(children.map(|&child| (child, depth + 1)));
    }
    reports
}

fn site_report(ledger: &Ledger, index: u32, depth: u32) -> SiteReport {
    let node = &ledger.nodes[index as usize];
    let totals = &node.totals;
    SiteReport {
        name: node.site.name,
        path: ledger.path(index),
        depth,
        module: node.site.module,
        file: node.site.file,
        line: node.site.line,
        runs: totals.runs,
        wall_seconds: seconds(totals.wall_ns),
        shortest_seconds: seconds(totals.shortest_ns),
        longest_seconds: seconds(totals.longest_ns),
        allocated_bytes: totals.bytes,
        allocated_blocks: totals.blocks,
        high_water_bytes: totals.high_water,
        survivors: Survivors {
            bytes: totals.survivor_bytes,
            blocks: totals.survivor_blocks,
            largest_bytes: totals.largest_survivor,
        },
        minor_faults: totals.minor_faults,
        major_faults: totals.major_faults,
        trimmed_bytes: totals.trimmed,
        growth: totals.growth,
        reservations: node.reserved.clone(),
        stores: totals.stores.as_ref().map(store_report),
    }
}

fn store_report(stores: &StoreUse) -> StoreReport {
    StoreReport {
        written_bytes: stores.written_bytes,
        read_bytes: stores.read_bytes,
        cancelled_bytes: stores.cancelled_bytes,
        stall_seconds: seconds(stores.stall_ns),
        disk_peak_bytes: stores.disk_peak_bytes,
        ram_peak_bytes: stores.ram_peak_bytes,
    }
}
