// What the macros make of `../14_rounds.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Rounds: a loop whose memory is free again after each turn, and warm for the next.
//!
//! `scope!(tmp in phase => { .. })` is a phase for a block: what is kept goes to `phase`, the rest
//! dies with `tmp`. Where a loop keeps nothing, one guard will do: `reset` frees everything in the
//! phase and goes on with the same pages. It takes `&mut self`, so it does not compile while
//! anything still borrows from the phase. `site!` tells the guard where in the source it is.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{PhaseGuard, Plan, scope, site, zk_phase};
use zkarena_ideas::P;

/// What a round commits to, here a sum.
fn commit(evals: &[u64]) -> u64 {
    evals.iter().fold(0, |sum, value| (sum * 3 + value) % P)
}

fn fold(evals: &[u64], challenges: &[u64]) -> Vec<u64> {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "fold",
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
            let mut commitments = phase.vec();
            let mut layer = phase.vec_from(evals);
            for challenge in challenges {
                {
                    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
                        "round",
                        ::core::module_path!(),
                        ::core::file!(),
                        ::core::line!(),
                    );
                    let tmp = ::zkarena::__private::PhaseGuard::child(
                        phase,
                        &__ZKARENA_SITE,
                        ::zkarena::__private::Plan::new(),
                    );
                    #[allow(
                        clippy::used_underscore_binding,
                        clippy::shadow_reuse,
                        clippy::shadow_same,
                        clippy::shadow_unrelated
                    )]
                    let tmp: ::zkarena::__private::Phase<'_> = ::zkarena::__private::PhaseGuard::handle(
                        &tmp,
                    );
                    match () {
                        () => {
                            let mut next = tmp.vec_with(layer.len() / 2);
                            next.extend(
                                layer
                                    .chunks_exact(2)
                                    .map(|pair| (pair[0] + challenge * pair[1]) % P),
                            );
                            commitments.push(commit(&next));
                            layer.clear();
                            layer.extend_from_slice(&next);
                        }
                    }
                };
            }
            let around = phase.stats().poly.high_water;
            println!("{} rounds, {around} around them", challenges.len());
            commitments.to_vec()
        }
    }
}

fn main() {
    let evals: Vec<u64> = (0..1 << 16).collect();
    println!("commitments: {:?}", fold(&evals, &[3, 5, 7]));
    let mut guard = PhaseGuard::root(site!("grind"), Plan::new());
    let mut places = Vec::new();
    let nonce = (0..10_000)
        .find(|nonce| {
            guard.reset();
            let hashed = guard
                .handle()
                .slice_with(1 << 10, |row| (row as u64 + nonce) * 0x9e37 % P);
            places.push(hashed.as_ptr().addr());
            commit(hashed).is_multiple_of(64)
        });
    assert!(places.iter().all(|place| *place == places[0]));
    println!("nonce {}, found in the same block", nonce.expect("one in 64"));
}
