//! The provers under zeroizing-alloc, which wipes what is freed.
#![forbid(unsafe_code)]

use std::alloc::System;
use std::process::ExitCode;
use zeroizing_alloc::ZeroAlloc;
use zkarena_residue::{Plain, arm_main};

#[global_allocator]
static ALLOC: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    arm_main::<Plain>()
}
