//! The provers under jemalloc.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use tikv_jemallocator::Jemalloc;
use zkarena_compare::Allocator;

#[global_allocator]
static ALLOC: Jemalloc = Jemalloc;

struct Arm;

impl Allocator for Arm {}

fn main() -> ExitCode {
    zkarena_compare::arm_main::<Arm>()
}
