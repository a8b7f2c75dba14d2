//! Two measurements that are no proofs: a gigabyte of zeros, and threads that come and go.

use super::Allocator;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::hint::black_box;
use std::thread;
use zkarena_measure::usage::{Moment, rss_kib};

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Probe {
    /// `vec![0u8; 1 << 30]`, never touched: it should cost no memory.
    Zeroed,
    /// 10,000 short threads, each with 1 MiB that it writes to: memory should not grow with their number.
    Threads,
}

impl Probe {
    /// Both, in the order of the table.
    pub(crate) const ALL: [Self; 2] = [Self::Zeroed, Self::Threads];

    /// The name on an arm's command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Zeroed => "zeroed",
            Self::Threads => "threads",
        }
    }
}

/// What a probe found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProbeRun {
    /// Wall time of the measured part.
    pub(crate) seconds: f64,
    /// Page faults served without a disk.
    pub(crate) minor_faults: u64,
    /// Bytes that the measured part asked for.
    pub(crate) requested_bytes: u64,
    /// How many of them came from the allocator's own heap instead of the one it falls back to, if it says.
    pub(crate) own_heap_bytes: Option<u64>,
    /// The RSS as it went: at the start, then during the work.
    pub(crate) rss: Vec<RssPoint>,
}

/// The RSS after some steps of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RssPoint {
    /// Blocks or threads so far.
    pub(crate) steps: u64,
    /// The RSS in KiB; `None` where the system does not say.
    pub(crate) kib: Option<u64>,
}

impl RssPoint {
    fn after(steps: u64) -> Self {
        Self {
            steps,
            kib: rss_kib(),
        }
    }
}

const ZEROED_BYTES: usize = 1 << 30;
const THREADS: u64 = 10_000;
const THREADS_AT_ONCE: u64 = 8;
/// A multiple of [`THREADS_AT_ONCE`].
const THREADS_BETWEEN_POINTS: u64 = 1_000;
const THREAD_BYTES: usize = 1 << 20;
const PAGE: usize = 4096;

/// Runs a probe in one phase of the allocator.
pub(super) fn run<A: Allocator>(probe: Probe) -> ProbeRun {
    let mut rss = Vec::with_capacity(32);
    rss.push(RssPoint::after(0));
    let before = Moment::now();
    let requested_bytes = A::phase(|| match probe {
        Probe::Zeroed => zeroed(&mut rss),
        Probe::Threads => threads(&mut rss),
    });
    let used = before.elapsed();
    ProbeRun {
        seconds: used.wall_seconds,
        minor_faults: used.minor_faults,
        requested_bytes,
        own_heap_bytes: A::from_own_heap(requested_bytes),
        rss,
    }
}

fn zeroed(rss: &mut Vec<RssPoint>) -> u64 {
    let block = black_box(vec![0_u8; ZEROED_BYTES]);
    rss.push(RssPoint::after(1));
    block.len() as u64
}

fn threads(rss: &mut Vec<RssPoint>) -> u64 {
    for started in (0..THREADS).step_by(8) {
        thread::scope(|scope| {
            for _ in 0..THREADS_AT_ONCE {
                scope.spawn(short_life);
            }
        });
        let done = started + THREADS_AT_ONCE;
        if done.is_multiple_of(THREADS_BETWEEN_POINTS) {
            rss.push(RssPoint::after(done));
        }
    }
    THREADS * THREAD_BYTES as u64
}

fn short_life() {
    let mut block = Vec::<u8>::with_capacity(THREAD_BYTES);
    let cells = block.spare_capacity_mut();
    for cell in cells.iter_mut().step_by(PAGE) {
        cell.write(1);
    }
    black_box(&mut block);
}
