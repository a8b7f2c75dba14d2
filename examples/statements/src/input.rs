//! The preimages: the same for the same seed, on every machine.

use rand::distr::{Distribution, StandardUniform};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// Any value would do; a named generator and a fixed seed make proofs comparable.
pub(crate) const SEED: u64 = 1;

/// Permutation inputs, without an end.
pub(crate) fn inputs<T>(seed: u64) -> impl Iterator<Item = T>
where
    StandardUniform: Distribution<T>,
{
    Xoshiro256PlusPlus::seed_from_u64(seed).sample_iter(StandardUniform)
}

/// `count` permutation inputs.
pub(crate) fn random_inputs<T>(seed: u64, count: usize) -> Vec<T>
where
    StandardUniform: Distribution<T>,
{
    inputs(seed).take(count).collect()
}

/// All `inputs`, `count` at a time: no more of them are in memory.
pub(crate) fn in_pieces<T>(
    mut inputs: impl Iterator<Item = T>,
    count: usize,
    mut take: impl FnMut(Vec<T>),
) {
    loop {
        let piece: Vec<_> = inputs.by_ref().take(count).collect();
        if piece.is_empty() {
            return;
        }
        take(piece);
    }
}
