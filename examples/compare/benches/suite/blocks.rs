//! A block is allocated and freed, untouched or with a write to each page.

use super::{block, iterate, touch};
use criterion::Criterion;
use zkarena_compare::Allocator;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

const SIZES: [(&str, usize); 8] = [
    ("4KiB", 4 * KIB),
    ("16KiB", 16 * KIB),
    ("64KiB", 64 * KIB),
    ("256KiB", 256 * KIB),
    ("1MiB", MIB),
    ("4MiB", 4 * MIB),
    ("32MiB", 32 * MIB),
    ("256MiB", 256 * MIB),
];

pub(super) fn register<A: Allocator>(criterion: &mut Criterion) {
    let mut untouched = criterion.benchmark_group("alloc_free");
    for (name, bytes) in SIZES {
        untouched.bench_function(name, |bencher| {
            iterate::<A>(bencher, bytes, || drop(block(bytes)));
        });
    }
    untouched.finish();
    let mut touched = criterion.benchmark_group("alloc_touch_free");
    for (name, bytes) in SIZES {
        touched.bench_function(name, |bencher| {
            iterate::<A>(bencher, bytes, || touch(&mut block(bytes)));
        });
    }
    touched.finish();
}
