//! Little memory: the large blocks of a library go to a file, and nothing else changes.
//!
//! The library below knows of no file, and puts its rows into a `Vec`. `#[lowmem]` on the function that calls
//! it has such a block lie in pages of a file without a name, on the disk that `ZKARENA_STORE_DIR` names; in
//! memory is what there is room for. `ZKARENA_RAM=64MiB` would keep the first 64 MiB of them in memory. What is
//! small is not worth a file, and stays where it was.
#![forbid(unsafe_code)]

use zkarena::{Bytes, PhaseAlloc, lowmem, report, zk_phase};
use zkarena_ideas::P;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new(); // what libraries allocate goes through it

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

#[zk_phase(name = "prove")]
#[lowmem(min = "4MiB", prefer = file)]
fn prove(rows: usize) -> (u64, Vec<u64>) {
    let trace = library::powers(7, rows);
    let in_file = Bytes(report().lowmem().file_bytes);
    println!("{rows} rows: {in_file} in a file");
    (library::open(&trace), trace) // a value may outlive its phase, and so may its file
}

fn main() {
    let (opening, trace) = prove(1 << 20);
    assert_eq!(library::open(&trace), opening);
    drop(trace); // and its part of the disk is free
    let lowmem = report().lowmem();
    println!(
        "opening {opening}: {} left of {}",
        Bytes(lowmem.file_bytes),
        Bytes(lowmem.file_peak_bytes)
    );
    prove(1 << 10);
}
