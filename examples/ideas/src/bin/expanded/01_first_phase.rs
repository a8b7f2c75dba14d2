// What the macros make of `../01_first_phase.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! A first phase: one line installs the allocator, one attribute marks the prover, one call reports.
//!
//! `PhaseAlloc` serves blocks of 4 KiB and more from pages that stay warm between proofs.
//! `#[zk_phase]` opens a phase when the function is called and ends it on return, `?` and panic.
//! Signature and body stay as they are, so the body can call any library that allocates `Vec`s.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{AllocatorState, PhaseAlloc, zk_phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Stands for a prover from a library.
fn prove(rows: usize) -> Result<Vec<u64>, String> {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "prove",
        ::core::module_path!(),
        ::core::file!(),
        ::core::line!(),
    );
    let phase = ::zkarena::__private::PhaseGuard::root(
        &__ZKARENA_SITE,
        ::zkarena::__private::Plan::new(),
    );
    #[allow(
        unused_variables,
        clippy::shadow_reuse,
        clippy::shadow_same,
        clippy::shadow_unrelated
    )]
    let phase: ::zkarena::__private::Phase<'_> = ::zkarena::__private::PhaseGuard::handle(
        &phase,
    );
    match () {
        () => {
            if rows == 0 {
                return Err("a trace needs rows".to_owned());
            }
            let trace: Vec<u64> = (0..rows as u64).collect();
            Ok(trace.chunks(1024).map(|rows| rows.iter().sum()).collect())
        }
    }
}

fn main() {
    let proof = prove(1 << 20).expect("a proof");
    prove(0).expect_err("no rows, no proof");
    let report = zkarena::report();
    println!("{report}");
    let prove = &report.sites()[0];
    assert_eq!(report.allocator(), AllocatorState::Installed);
    assert_eq!((prove.name, prove.runs), ("prove", 2));
    assert_eq!(prove.allocated_bytes, (8 << 20) + (8 << 10));
    assert_eq!(prove.survivors.bytes, 8 << 10);
    assert_eq!(proof[0], 1023 * 1024 / 2);
}
