//! The provers under the C library's allocator.
#![forbid(unsafe_code)]

use std::alloc::System;
use std::process::ExitCode;
use zkarena_residue::{Plain, arm_main};

#[global_allocator]
static ALLOC: System = System;

fn main() -> ExitCode {
    arm_main::<Plain>()
}
