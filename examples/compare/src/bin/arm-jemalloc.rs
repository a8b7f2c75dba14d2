//! The provers under jemalloc.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use tikv_jemallocator::Jemalloc;
use zkarena_compare::{Plain, arm_main};

#[global_allocator]
static ALLOC: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    arm_main::<Plain>()
}
