//! The micro-benchmarks under the C library's allocator.
#![forbid(unsafe_code)]

mod suite;

use std::alloc::System;
use zkarena_compare::Plain;

#[global_allocator]
static ALLOC: System = System;

fn main() {
    suite::run::<Plain>("glibc");
}
