//! Rounds: a loop whose memory is free again after each turn, and warm for the next.
//!
//! `scope!(tmp in phase => { .. })` is a phase for a block: what is kept goes to `phase`, the rest
//! dies with `tmp`. Where a loop keeps nothing, one guard will do: `reset` frees everything in the
//! phase and goes on with the same pages. It takes `&mut self`, so it does not compile while
//! anything still borrows from the phase. `site!` tells the guard where in the source it is.
#![forbid(unsafe_code)]

use zkarena::{PhaseGuard, Plan, scope, site, zk_phase};
use zkarena_ideas::P;

/// What a round commits to, here a sum.
fn commit(evals: &[u64]) -> u64 {
    evals.iter().fold(0, |sum, value| (sum * 3 + value) % P)
}

#[zk_phase]
fn fold(evals: &[u64], challenges: &[u64]) -> Vec<u64> {
    let mut commitments = phase.vec();
    let mut layer = phase.vec_from(evals);
    for challenge in challenges {
        scope!("round", tmp in phase => {
            let mut next = tmp.vec_with(layer.len() / 2);
            next.extend(layer.chunks_exact(2).map(|pair| (pair[0] + challenge * pair[1]) % P));
            commitments.push(commit(&next));
            layer.clear();
            layer.extend_from_slice(&next); // what outlives the round is copied into the memory around it
        });
    }
    let around = phase.stats().poly.high_water;
    println!("{} rounds, {around} around them", challenges.len());
    commitments.to_vec()
}

fn main() {
    let evals: Vec<u64> = (0..1 << 16).collect();
    println!("commitments: {:?}", fold(&evals, &[3, 5, 7]));

    let mut guard = PhaseGuard::root(site!("grind"), Plan::new());
    let mut places = Vec::new();
    let nonce = (0..10_000).find(|nonce| {
        guard.reset();
        let hashed = guard
            .handle()
            .slice_with(1 << 10, |row| (row as u64 + nonce) * 0x9e37 % P);
        places.push(hashed.as_ptr().addr());
        commit(hashed).is_multiple_of(64)
    });
    assert!(places.iter().all(|place| *place == places[0]));
    println!(
        "nonce {}, found in the same block",
        nonce.expect("one in 64")
    );
}
