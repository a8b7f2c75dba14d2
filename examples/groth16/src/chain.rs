//! The hash chain, on values: `MiMC` with fifth powers over the scalar field of BN254.
//!
//! The constants come from a fixed seed. It has as many rounds as the literature asks for, but nobody has looked at
//! it: it is here for its many secret values, not to be used.

use ark_bn254::Fr;
use ark_ff::UniformRand;
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;

/// Fifth powers reach the degree of the field after so many rounds: log 2^254 to base 5.
pub(crate) const ROUNDS: usize = 110;
/// Any would do that no job has: messages that are constants are no secrets.
const CONSTANTS_SEED: u64 = 0x636f_6e73_7461_6e74;

/// The round constants.
pub(crate) fn constants() -> Vec<Fr> {
    elements(CONSTANTS_SEED, ROUNDS)
}

/// Random elements from a seed.
pub(crate) fn elements(seed: u64, count: usize) -> Vec<Fr> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..count).map(|_| Fr::rand(&mut rng)).collect()
}

/// The values of a round, in the order they are computed in.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    pub(crate) base: Fr,
    pub(crate) square: Fr,
    pub(crate) fourth: Fr,
    pub(crate) fifth: Fr,
}

impl Round {
    /// The fifth power of `state + constant`.
    pub(crate) fn new(state: Fr, constant: Fr) -> Self {
        let base = state + constant;
        let square = base * base;
        let fourth = square * square;
        Self {
            base,
            square,
            fourth,
            fifth: fourth * base,
        }
    }
}

/// The digest of `messages`; every round is shown to `see`.
pub(crate) fn digest(messages: &[Fr], constants: &[Fr], mut see: impl FnMut(&Round)) -> Fr {
    messages.iter().fold(Fr::from(0), |state, message| {
        constants.iter().fold(state + message, |state, &constant| {
            let round = Round::new(state, constant);
            see(&round);
            round.fifth
        })
    })
}
