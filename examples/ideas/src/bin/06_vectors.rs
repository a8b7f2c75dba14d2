//! Vectors in a phase: `#[zk_phase]` hands the body a handle, and what it allocates dies with the
//! phase.
//!
//! The handle is called `phase`. It is `Copy`, so functions take it as an argument, and it has three
//! arenas: `phase` itself for polynomials and everything large, `phase.scratch()` for odds and ends,
//! `phase.witness()` for what has to be wiped. A `PVec` is a `Vec` in one of them.
#![forbid(unsafe_code)]

use zkarena::{PVec, Phase, zk_phase};
use zkarena_ideas::{P, pow};

/// All inverses for the price of one (Montgomery's trick): the result is in the arena of `phase`.
fn inverses<'ph>(values: &[u64], phase: Phase<'ph>) -> PVec<'ph, u64> {
    let mut product = 1;
    let prefixes = phase.scratch().slice_with(values.len(), |row| {
        let before = product;
        product = product * values[row] % P;
        before
    });
    let mut suffix = pow(product, P - 2);
    let mut inverses = phase.vec_from(prefixes);
    for (inverse, value) in inverses.iter_mut().zip(values).rev() {
        *inverse = *inverse * suffix % P;
        suffix = suffix * value % P;
    }
    inverses
}

/// The sum of the fractions `1 / (challenge - value)`, as a lookup argument needs it.
#[zk_phase]
fn log_derivative(table: &[u64], challenge: u64) -> u64 {
    let mut denominators = phase.vec_with(table.len());
    denominators.extend(table.iter().map(|value| (P + challenge - value) % P));
    let fractions = inverses(&denominators, phase);

    let whole_pages = [&denominators, &fractions].map(|vec| vec.as_ptr().addr() % 4096 == 0);
    println!("each on pages of its own: {whole_pages:?}");
    println!("poly arena: {} in use", phase.stats().poly.bytes);
    println!("scratch arena: {} in use", phase.stats().scratch.bytes);
    assert!(
        denominators
            .iter()
            .zip(&fractions)
            .all(|(a, b)| a * b % P == 1)
    );

    fractions.iter().sum::<u64>() % P // a number may leave; `fractions` would not compile
}

fn main() {
    let table: Vec<u64> = (0..1 << 16).collect();
    let sum = log_derivative(&table, P - 1);
    println!("sum of fractions: {sum}");
}
