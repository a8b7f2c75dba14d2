//! The layout digest: one number for all that a phase was asked for, on any number of threads.
//!
//! Every block and every growth counts with its size, alignment and arena; addresses, order and
//! threads do not. So a proof that asks for the same memory in each run has the same digest, and one
//! that splits its work by the number of threads shows.
#![forbid(unsafe_code)]

use rayon::{ThreadPoolBuilder, current_num_threads, prelude::*};
use zkarena::{LayoutDigest, Phase, zk_phase};
use zkarena_ideas::P;

/// The hashes of a tree's rows, a block for each chunk of them.
fn leaves(rows: usize, chunk: usize, phase: Phase<'_>) -> u64 {
    let starts = (0..rows).into_par_iter().step_by(chunk);
    let sums = starts.map_init(
        || phase.local(),
        |local, start| {
            let len = chunk.min(rows - start);
            let hashed = local.slice_with(len, |row| (start + row) as u64 * 0x9e37 % P);
            hashed.iter().sum::<u64>() % P
        },
    );
    sums.sum::<u64>() % P
}

#[zk_phase]
fn split_by_index(rows: usize) -> (u64, LayoutDigest) {
    let root = leaves(rows, 64, phase);
    (root, phase.layout_digest())
}

#[zk_phase]
fn split_by_threads(rows: usize) -> (u64, LayoutDigest) {
    let root = leaves(rows, rows.div_ceil(current_num_threads()), phase);
    (root, phase.layout_digest())
}

fn main() {
    let rows = 1 << 16;
    let digests = [1, 2, 4, 8].map(|threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("threads");
        let (root, by_index) = pool.install(|| split_by_index(rows));
        let (same_root, by_threads) = pool.install(|| split_by_threads(rows));
        println!("{threads} threads: by index {by_index}, by threads {by_threads}");
        assert_eq!(root, same_root);
        (by_index, by_threads)
    });
    assert!(
        digests
            .iter()
            .all(|(by_index, _)| *by_index == digests[0].0)
    );
    assert!(
        digests[1..]
            .iter()
            .all(|(_, by_threads)| *by_threads != digests[0].1)
    );
}
