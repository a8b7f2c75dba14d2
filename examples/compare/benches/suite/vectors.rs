//! A vector that grows, and one of zeros that nobody reads.

use super::iterate;
use criterion::Criterion;
use std::hint::black_box;
use zkarena_compare::Allocator;

const PUSHED: u32 = 1 << 24;
/// All capacities on the way, were none reused.
const PUSHED_BYTES: usize = 2 * PUSHED as usize * size_of::<u32>();
const ZEROED_BYTES: usize = 1 << 30;

pub(super) fn register<A: Allocator>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("vec");
    group.bench_function("push_u32_x16Mi", |bencher| {
        iterate::<A>(bencher, PUSHED_BYTES, push);
    });
    group.bench_function("zeroed_1GiB", |bencher| {
        iterate::<A>(bencher, ZEROED_BYTES, || {
            drop(black_box(vec![0_u8; ZEROED_BYTES]));
        });
    });
    group.finish();
}

fn push() {
    let mut cells = Vec::new();
    for cell in 0..PUSHED {
        cells.push(black_box(cell));
    }
    black_box(cells);
}
