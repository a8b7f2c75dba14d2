//! The provers under snmalloc.
#![forbid(unsafe_code)]

use snmalloc_rs::SnMalloc;
use std::process::ExitCode;
use zkarena_compare::Allocator;

#[global_allocator]
static ALLOC: SnMalloc = SnMalloc;

struct Arm;

impl Allocator for Arm {}

fn main() -> ExitCode {
    zkarena_compare::arm_main::<Arm>()
}
