//! The provers under zk-alloc.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use zk_alloc::ZkAllocator;
use zkarena_residue::{ZkAlloc, arm_main};

#[global_allocator]
static ALLOC: ZkAllocator = ZkAllocator;

fn main() -> ExitCode {
    arm_main::<ZkAlloc>()
}
