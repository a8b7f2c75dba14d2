//! The provers under the C library's allocator.
#![forbid(unsafe_code)]

use std::alloc::System;
use std::process::ExitCode;
use zkarena_compare::Allocator;

#[global_allocator]
static ALLOC: System = System;

struct Arm;

impl Allocator for Arm {}

fn main() -> ExitCode {
    zkarena_compare::arm_main::<Arm>()
}
