//! The provers under mimalloc.
#![forbid(unsafe_code)]

use mimalloc::MiMalloc;
use std::process::ExitCode;
use zkarena_compare::Allocator;

#[global_allocator]
static ALLOC: MiMalloc = MiMalloc;

struct Arm;

impl Allocator for Arm {}

fn main() -> ExitCode {
    zkarena_compare::arm_main::<Arm>()
}
