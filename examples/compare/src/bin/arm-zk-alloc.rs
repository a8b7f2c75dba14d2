//! The provers under zk-alloc, with a phase of its own around each proof, as its README says.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use zk_alloc::ZkAllocator;
use zkarena_compare::Allocator;

#[global_allocator]
static ALLOC: ZkAllocator = ZkAllocator;

struct Arm;

impl Allocator for Arm {
    fn phase<R>(work: impl FnOnce() -> R) -> R {
        zk_alloc::phase(work)
    }

    fn from_own_heap(requested: u64) -> Option<u64> {
        let (_, overflowed) = zk_alloc::overflow_stats();
        Some(requested.saturating_sub(overflowed as u64))
    }
}

fn main() -> ExitCode {
    zkarena_compare::arm_main::<Arm>()
}
