//! The preimages: the same in every proof, on every machine.

use rand::distr::{Distribution, StandardUniform};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// Any value would do; a named generator and a fixed seed make proofs comparable.
const SEED: u64 = 1;

/// `count` permutation inputs.
pub(crate) fn random_inputs<T>(count: usize) -> Vec<T>
where
    StandardUniform: Distribution<T>,
{
    let rng = Xoshiro256PlusPlus::seed_from_u64(SEED);
    rng.sample_iter(StandardUniform).take(count).collect()
}
