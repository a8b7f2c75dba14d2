//! The provers under zkarena.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use zkarena::PhaseAlloc;
use zkarena_residue::{Zkarena, arm_main};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

fn main() -> ExitCode {
    arm_main::<Zkarena>()
}
