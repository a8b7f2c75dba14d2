//! The provers under mimalloc.
#![forbid(unsafe_code)]

use mimalloc::MiMalloc;
use std::process::ExitCode;
use zkarena_compare::{Plain, arm_main};

#[global_allocator]
static ALLOC: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    arm_main::<Plain>()
}
