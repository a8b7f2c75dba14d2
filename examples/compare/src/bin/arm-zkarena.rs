//! The provers under zkarena, with a phase around each proof.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use zkarena::PhaseAlloc;
use zkarena_compare::Allocator;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

struct Arm;

impl Allocator for Arm {
    fn phase<R>(work: impl FnOnce() -> R) -> R {
        zkarena::phase("proof", work)
    }

    /// The report counts what the span heap served in the latest phase.
    fn from_own_heap(requested: u64) -> Option<u64> {
        let report = zkarena::report();
        let phase = report.phases().last()?;
        Some(phase.allocated_bytes.min(requested))
    }
}

fn main() -> ExitCode {
    zkarena_compare::arm_main::<Arm>()
}
