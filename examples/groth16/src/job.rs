//! Making keys, proving, verifying.

use crate::chain;
use crate::circuit::Chain;
use ark_bn254::{Bn254, Fr};
use ark_groth16::{Groth16, Proof, ProvingKey, VerifyingKey};
use ark_relations::gr1cs::SynthesisError;
use ark_snark::{CircuitSpecificSetupSNARK, SNARK};
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;
use std::fmt;

/// Any would do that no job has: a real setup takes randomness that nobody knows.
const SETUP_SEED: u64 = 0x7365_7475_7020_6f66;

/// What is proved: a chain of hashes, with messages and blinding from seeds.
///
/// The seeds stand for the secrets: two jobs with the same ones make the same proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Hashes in the chain; 330 constraints each.
    pub hashes: usize,
    /// What the messages come from.
    pub messages: u64,
    /// What the blinding factors come from.
    pub blinding: u64,
}

impl Job {
    /// The messages, which are secret.
    pub fn draw(self) -> Vec<Fr> {
        chain::elements(self.messages, self.hashes)
    }
}

/// A proof and what it is about; nothing in it is secret.
pub struct Proven {
    digest: Fr,
    proof: Proof<Bn254>,
}

impl fmt::Debug for Proven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proven").finish_non_exhaustive()
    }
}

/// The keys for chains of one length.
pub struct Setup {
    hashes: usize,
    proving: ProvingKey<Bn254>,
    verifying: VerifyingKey<Bn254>,
}

impl Setup {
    /// Makes the keys.
    ///
    /// # Errors
    /// Those of ark-groth16.
    pub fn new(hashes: usize) -> Result<Self, SynthesisError> {
        let mut rng = StdRng::seed_from_u64(SETUP_SEED);
        let (proving, verifying) = Groth16::<Bn254>::setup(Chain::blank(hashes), &mut rng)?;
        Ok(Self {
            hashes,
            proving,
            verifying,
        })
    }

    /// Constraints of the circuit.
    pub const fn constraints(&self) -> usize {
        3 * chain::ROUNDS * self.hashes + 1
    }

    /// Draws the witness of `job`, hashes it, and proves: secrets exist only in here.
    ///
    /// # Errors
    /// Those of ark-groth16; an assignment is missing if the job is of another length.
    pub fn prove(&self, job: Job) -> Result<Proven, SynthesisError> {
        if job.hashes != self.hashes {
            return Err(SynthesisError::AssignmentMissing);
        }
        let messages = job.draw();
        let digest = chain::digest(&messages, &chain::constants(), |_| ());
        let circuit = Chain {
            messages: messages.into_iter().map(Some).collect(),
            digest: Some(digest),
        };
        let mut rng = StdRng::seed_from_u64(job.blinding);
        let proof = Groth16::<Bn254>::prove(&self.proving, circuit, &mut rng)?;
        Ok(Proven { digest, proof })
    }

    /// Asks the published verifier.
    ///
    /// # Errors
    /// Those of ark-groth16.
    pub fn verify(&self, proven: &Proven) -> Result<bool, SynthesisError> {
        Groth16::<Bn254>::verify(&self.verifying, &[proven.digest], &proven.proof)
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Setup");
        shown.field("hashes", &self.hashes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_hold_and_others_do_not() {
        let setup = Setup::new(1).expect("keys");
        let job = Job {
            hashes: 1,
            messages: 5,
            blinding: 6,
        };
        let mut proven = setup.prove(job).expect("a proof");
        assert_eq!(setup.verify(&proven), Ok(true));
        proven.digest += Fr::from(1);
        assert_eq!(setup.verify(&proven), Ok(false));
        assert!(setup.prove(Job { hashes: 2, ..job }).is_err());
    }
}
