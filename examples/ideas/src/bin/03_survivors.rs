//! Survivors: what a phase leaves behind stays valid, and the report says how much it is.
//!
//! An arena that is reset at the end of a phase makes every value that is still alive undefined
//! behaviour: a result, a cache that was filled on first use, a map that grew. Here phases play no
//! part in soundness. Memory is handed out again only after it was freed, so nothing needs to be
//! cloned out of a phase. A survivor is a figure to look at, not an error.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::sync::Arc;
use zkarena::{PhaseAlloc, phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Fills and frees as much as the first phase left, and more.
fn later_proof(fill: u64) {
    let blocks: Vec<Vec<u64>> = (0..32).map(|_| vec![fill; 1 << 16]).collect();
    assert!(blocks.iter().flatten().all(|&word| word == fill));
}

fn main() {
    let (evals, twiddles, key) = phase("first", || {
        let evals: Vec<u64> = (0..1 << 16).collect();
        let twiddles: HashMap<u64, u64> = (0..4096).map(|at| (at, at * at)).collect();
        (evals, twiddles, Arc::<[u64]>::from(vec![7; 1 << 12]))
    });
    phase("second", || later_proof(1));
    phase("third", || later_proof(2));

    let report = zkarena::report();
    println!("{report}");

    assert!(evals.iter().copied().eq(0..1 << 16));
    assert_eq!(twiddles.len(), 4096);
    assert!(twiddles.iter().all(|(at, square)| at * at == *square));
    assert!(key.iter().all(|&word| word == 7));

    let first = report.sites()[0].survivors;
    assert_eq!(first.blocks, 3); // the Vec, the map's table, the Arc
    assert_eq!(first.largest_bytes, 8 << 16); // the Vec
    assert!(
        report.sites()[1..]
            .iter()
            .all(|site| site.survivors.bytes == 0)
    );
}
