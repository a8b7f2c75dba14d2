// What the macros make of `../18_low_memory.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Little memory: the large blocks of a library go to a file, and nothing else changes.
//!
//! The library below knows of no file, and puts its rows into a `Vec`. `#[lowmem]` on the function that calls
//! it has such a block lie in pages of a file without a name, on the disk that `ZKARENA_STORE_DIR` names; in
//! memory is what there is room for. `ZKARENA_RAM=64MiB` would keep the first 64 MiB of them in memory. What is
//! small is not worth a file, and stays where it was.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{Bytes, PhaseAlloc, lowmem, report, zk_phase};
use zkarena_ideas::P;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

mod library {
    use super::P;
    pub(crate) fn powers(base: u64, rows: usize) -> Vec<u64> {
        let powers = std::iter::successors(Some(1), |power| Some(power * base % P));
        powers.take(rows).collect()
    }
    pub(crate) fn open(trace: &[u64]) -> u64 {
        trace.iter().fold(0, |sum, row| (sum * 5 + row) % P)
    }
}

fn prove(rows: usize) -> (u64, Vec<u64>) {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "prove",
        ::core::module_path!(),
        ::core::file!(),
        ::core::line!(),
    );
    #[allow(unused_imports)]
    use lowmem as _;
    let phase = ::zkarena::__private::PhaseGuard::root(
        &__ZKARENA_SITE,
        ::zkarena::__private::Plan::lowmem(
            ::zkarena::__private::Plan::new(),
            ::zkarena::__private::Lowmem::prefer(
                ::zkarena::__private::Lowmem::min(
                    ::zkarena::__private::Lowmem::new(),
                    4194304,
                ),
                ::zkarena::__private::Prefer::File,
            ),
        ),
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
            let trace = library::powers(7, rows);
            let in_file = Bytes(report().lowmem().file_bytes);
            println!("{rows} rows: {in_file} in a file");
            (library::open(&trace), trace)
        }
    }
}

fn main() {
    let (opening, trace) = prove(1 << 20);
    assert_eq!(library::open(&trace), opening);
    drop(trace);
    let lowmem = report().lowmem();
    println!(
        "opening {opening}: {} left of {}",
        Bytes(lowmem.file_bytes),
        Bytes(lowmem.file_peak_bytes),
    );
    prove(1 << 10);
}
