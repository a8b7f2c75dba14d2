//! A first phase: one line installs the allocator, one attribute marks the prover, one call reports.
//!
//! `PhaseAlloc` serves blocks of 4 KiB and more from pages that stay warm between proofs.
//! `#[zk_phase]` opens a phase when the function is called and ends it on return, `?` and panic.
//! Signature and body stay as they are, so the body can call any library that allocates `Vec`s.
#![forbid(unsafe_code)]

use zkarena::{AllocatorState, PhaseAlloc, zk_phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Stands for a prover from a library.
#[zk_phase]
fn prove(rows: usize) -> Result<Vec<u64>, String> {
    if rows == 0 {
        return Err("a trace needs rows".to_owned()); // ends the phase, too
    }
    let trace: Vec<u64> = (0..rows as u64).collect(); // freed at the end of the phase
    Ok(trace.chunks(1024).map(|rows| rows.iter().sum()).collect()) // outlives it
}

fn main() {
    let proof = prove(1 << 20).expect("a proof");
    prove(0).expect_err("no rows, no proof");

    let report = zkarena::report();
    println!("{report}");

    let prove = &report.sites()[0];
    assert_eq!(report.allocator(), AllocatorState::Installed);
    assert_eq!((prove.name, prove.runs), ("prove", 2));
    // The trace and the proof: 8 MiB and 8 KiB, counted to the byte.
    assert_eq!(prove.allocated_bytes, (8 << 20) + (8 << 10));
    // What was still in use when the phase ended is the proof, and it is still valid.
    assert_eq!(prove.survivors.bytes, 8 << 10);
    assert_eq!(proof[0], 1023 * 1024 / 2);
}
