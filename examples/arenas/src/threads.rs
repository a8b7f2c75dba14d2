//! Threads that allocate in one phase, next to threads with a bumpalo arena each.

use crate::figures::{Row, median, to_f64};
use bumpalo::Bump;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;
use zkarena::{PhaseGuard, Plan, Site};

static SITE: Site = Site::new("threads", module_path!(), file!(), line!());

/// Blocks per thread and round, of 64 bytes.
const BLOCKS: usize = 1 << 20;

pub(crate) fn rows(quick: bool) -> Vec<Row> {
    let rounds = if quick { 3 } else { 11 };
    [1, 2, 4, 8, 16]
        .into_iter()
        .map(|threads| of(threads, rounds))
        .collect()
}

/// Nanoseconds per block and thread. Each thread times itself, between barriers.
fn of(threads: usize, rounds: usize) -> Row {
    let mut ours = Vec::new();
    let mut peers = Vec::new();
    for _ in 0..=rounds {
        let guard = PhaseGuard::root(&SITE, Plan::new());
        let phase = guard.handle();
        ours.push(round(threads, || {
            for n in 0..BLOCKS {
                black_box(phase.alloc([n; 8]));
            }
        }));
        peers.push(round(threads, || {
            let bump = Bump::new();
            for n in 0..BLOCKS {
                black_box(bump.alloc([n; 8]));
            }
        }));
    }
    Row::new(
        format!("64 B blocks on {threads} threads"),
        "ns",
        [median(ours[1..].to_vec()), median(peers[1..].to_vec())],
        "a bumpalo per thread",
        "at most 1.11 (0.9x of its speed)",
    )
}

fn round(threads: usize, work: impl Fn() + Sync) -> f64 {
    let ready = Barrier::new(threads);
    let one = || {
        ready.wait();
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e9 / to_f64(BLOCKS)
    };
    let times: Vec<f64> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|time| time.expect("no panic")).collect()
    });
    median(times)
}
