//! The hash chain as constraints: three for each round, and one for the digest.

use crate::chain::{Round, constants};
use ark_bn254::Fr;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use ark_relations::lc;

type Result<T> = std::result::Result<T, SynthesisError>;

/// A chain of known length; what it hashes is known when it is proved, and not when keys are made.
pub(crate) struct Chain {
    pub(crate) messages: Vec<Option<Fr>>,
    pub(crate) digest: Option<Fr>,
}

impl Chain {
    /// A chain of `len` hashes, for making keys.
    pub(crate) fn blank(len: usize) -> Self {
        Self {
            messages: vec![None; len],
            digest: None,
        }
    }
}

/// A value, where it is known, and what stands for it.
struct State {
    value: Option<Fr>,
    terms: LinearCombination<Fr>,
}

impl ConstraintSynthesizer<Fr> for Chain {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<()> {
        let constants = constants();
        let digest = cs.new_input_variable(|| known(self.digest))?;
        let mut state = State {
            value: Some(Fr::from(0)),
            terms: lc!(),
        };
        for message in self.messages {
            let variable = cs.new_witness_variable(|| known(message))?;
            state = State {
                value: state
                    .value
                    .zip(message)
                    .map(|(state, message)| state + message),
                terms: state.terms + variable,
            };
            for &constant in &constants {
                state = round(&cs, &state, constant)?;
            }
        }
        cs.enforce_r1cs_constraint(|| state.terms, || lc!() + Variable::One, || lc!() + digest)
    }
}

/// The fifth power of `state + constant`.
fn round(cs: &ConstraintSystemRef<Fr>, state: &State, constant: Fr) -> Result<State> {
    let round = state.value.map(|state| Round::new(state, constant));
    let square = cs.new_witness_variable(|| known(round.map(|round| round.square)))?;
    let fourth = cs.new_witness_variable(|| known(round.map(|round| round.fourth)))?;
    let fifth = cs.new_witness_variable(|| known(round.map(|round| round.fifth)))?;
    let base = || state.terms.clone() + (constant, Variable::One);
    cs.enforce_r1cs_constraint(base, base, || lc!() + square)?;
    cs.enforce_r1cs_constraint(|| lc!() + square, || lc!() + square, || lc!() + fourth)?;
    cs.enforce_r1cs_constraint(|| lc!() + fourth, base, || lc!() + fifth)?;
    Ok(State {
        value: round.map(|round| round.fifth),
        terms: lc!() + fifth,
    })
}

fn known(value: Option<Fr>) -> Result<Fr> {
    value.ok_or(SynthesisError::AssignmentMissing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{self, ROUNDS};
    use ark_relations::gr1cs::ConstraintSystem;

    fn system(messages: &[Fr], digest: Fr) -> ConstraintSystemRef<Fr> {
        let cs = ConstraintSystem::new_ref();
        let chain = Chain {
            messages: messages.iter().copied().map(Some).collect(),
            digest: Some(digest),
        };
        chain
            .generate_constraints(cs.clone())
            .expect("everything is known");
        cs.finalize();
        cs
    }

    #[test]
    fn constraints_hold_for_the_digest_and_nothing_else() {
        let messages = chain::elements(7, 3);
        let digest = chain::digest(&messages, &constants(), |_| ());
        let cs = system(&messages, digest);
        assert_eq!(cs.num_constraints(), 3 * 3 * ROUNDS + 1);
        assert!(cs.is_satisfied().expect("it is complete"));
        let cs = system(&messages, digest + Fr::from(1));
        assert!(!cs.is_satisfied().expect("it is complete"));
    }
}
