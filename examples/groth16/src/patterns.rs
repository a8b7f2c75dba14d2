//! The windows of a job's witness.

use crate::Job;
use crate::chain;
use ark_bn254::Fr;
use ark_ff::{BigInteger256, PrimeField};
use zkarena_forensics::Patterns;

/// Every element that only the prover knows: messages, all values of all rounds, and the blinding factors `r` and `s`
/// with their product. The digest is public.
pub fn patterns(job: Job) -> Patterns {
    let mut patterns = Patterns::new();
    let messages = job.draw();
    let mut values = messages.clone();
    let digest = chain::digest(&messages, &chain::constants(), |round| {
        values.extend([round.base, round.square, round.fourth, round.fifth]);
    });
    for value in values.into_iter().filter(|value| *value != digest) {
        add(&mut patterns, value, "");
    }
    // The order in which ark-groth16 draws them.
    let [r, s] = chain::elements(job.blinding, 2)[..] else {
        return patterns;
    };
    add(&mut patterns, r, "r");
    add(&mut patterns, s, "s");
    add(&mut patterns, r * s, "rs");
    patterns
}

/// An element as arkworks has it in memory, and as the number that it is.
fn add(patterns: &mut Patterns, value: Fr, name: &str) {
    let BigInteger256 { 0: montgomery } = value.0;
    patterns.limbs(montgomery, name);
    patterns.limbs(value.into_bigint().0, name);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_value_has_windows() {
        let job = Job {
            hashes: 2,
            messages: 1,
            blinding: 2,
        };
        // Two messages, four values in each round, without the digest; three blinding factors.
        let elements = 2 + 2 * 4 * chain::ROUNDS - 1 + 3;
        assert_eq!(patterns(job).len(), elements * 2 * 8);
    }
}
