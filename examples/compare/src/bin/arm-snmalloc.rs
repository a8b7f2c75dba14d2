//! The provers under snmalloc.
#![forbid(unsafe_code)]

use snmalloc_rs::SnMalloc;
use std::process::ExitCode;
use zkarena_compare::{Plain, arm_main};

#[global_allocator]
static ALLOC: SnMalloc = SnMalloc;

fn main() -> ExitCode {
    arm_main::<Plain>()
}
