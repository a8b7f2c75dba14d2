//! The micro-benchmarks under snmalloc.
#![forbid(unsafe_code)]

mod suite;

use snmalloc_rs::SnMalloc;
use zkarena_compare::Plain;

#[global_allocator]
static ALLOC: SnMalloc = SnMalloc;

fn main() {
    suite::run::<Plain>("snmalloc");
}
