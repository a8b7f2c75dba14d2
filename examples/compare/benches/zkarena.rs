//! The micro-benchmarks under zkarena.
#![forbid(unsafe_code)]

mod suite;

use zkarena::PhaseAlloc;
use zkarena_compare::Zkarena;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

fn main() {
    suite::run::<Zkarena>("zkarena");
}
