//! Many threads: blocks that one thread allocates and another frees, and blocks that stay at home.
//!
//! An iteration spreads its blocks over all threads and includes starting and joining them. zk-alloc has slabs for its
//! first cores + 4 threads and never gets one back: later threads, most of those here, are served by the C library.

use super::{block, iterate, touch};
use criterion::Criterion;
use std::sync::mpsc::sync_channel;
use std::thread;
use zkarena_compare::Allocator;

/// Blocks of an iteration that change hands, and those that do not.
const SENT: usize = 1 << 14;
const KEPT: usize = 1 << 16;
const LARGEST: usize = 64 << 10;

pub(super) fn register<A: Allocator>(criterion: &mut Criterion) {
    let mut sent = criterion.benchmark_group("send_4-64KiB_x16Ki");
    for threads in [2, 4, 8, 16] {
        sent.bench_function(format!("{threads}_threads"), |bencher| {
            iterate::<A>(bencher, SENT * LARGEST, || send(threads));
        });
    }
    sent.finish();
    let mut kept = criterion.benchmark_group("churn_4-64KiB_x64Ki");
    for threads in [1, 2, 4, 8, 16] {
        kept.bench_function(format!("{threads}_threads"), |bencher| {
            iterate::<A>(bencher, KEPT * LARGEST, || churn(threads));
        });
    }
    kept.finish();
}

/// Half of the threads allocate, the other half frees.
fn send(threads: usize) {
    let pairs = threads / 2;
    thread::scope(|scope| {
        for pair in 0..pairs {
            let (sender, receiver) = sync_channel::<Vec<u8>>(64);
            scope.spawn(move || receiver.into_iter().for_each(drop));
            scope.spawn(move || {
                for bytes in Sizes::new(pair).take(SENT / pairs) {
                    let mut block = block(bytes);
                    touch(&mut block);
                    // The other thread receives until we are done.
                    let _ = sender.send(block);
                }
            });
        }
    });
}

/// Every thread has up to eight blocks and always frees the oldest.
fn churn(threads: usize) {
    thread::scope(|scope| {
        for own in 0..threads {
            scope.spawn(move || {
                let mut blocks: [Vec<u8>; 8] = Default::default();
                for (at, bytes) in Sizes::new(own).take(KEPT / threads).enumerate() {
                    blocks[at % 8] = block(bytes);
                }
            });
        }
    });
}

/// Whole KiB from 4 KiB to [`LARGEST`], the same in every run.
struct Sizes(u64);

impl Sizes {
    fn new(seed: usize) -> Self {
        Self(seed as u64)
    }
}

impl Iterator for Sizes {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        // Knuth's MMIX generator; its high bits are good.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        let steps = (LARGEST >> 10) as u64 - 3;
        let kib = 4 + (self.0 >> 33) % steps;
        usize::try_from(kib << 10).ok()
    }
}
