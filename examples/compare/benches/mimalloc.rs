//! The micro-benchmarks under mimalloc.
#![forbid(unsafe_code)]

mod suite;

use mimalloc::MiMalloc;
use zkarena_compare::Plain;

#[global_allocator]
static ALLOC: MiMalloc = MiMalloc;

fn main() {
    suite::run::<Plain>("mimalloc");
}
