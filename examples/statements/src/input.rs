//! The preimages: the same for the same seed, on every machine.

use rand::distr::{Distribution, StandardUniform};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// Any value would do; a named generator and a fixed seed make proofs comparable.
pub(crate) const SEED: u64 = 1;

/// `count` permutation inputs.
pub(crate) fn random_inputs<T>(seed: u64, count: usize) -> Vec<T>
where
    StandardUniform: Distribution<T>,
{
    let rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    rng.sample_iter(StandardUniform).take(count).collect()
}
