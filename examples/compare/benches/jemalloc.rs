//! The micro-benchmarks under jemalloc.
#![forbid(unsafe_code)]

mod suite;

use tikv_jemallocator::Jemalloc;
use zkarena_compare::Plain;

#[global_allocator]
static ALLOC: Jemalloc = Jemalloc;

fn main() {
    suite::run::<Plain>("jemalloc");
}
