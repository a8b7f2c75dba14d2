//! What is proved.

use clap::ValueEnum;
use serde::Serialize;
use std::any::Any;
use std::fmt;
use zkarena_forensics::Patterns;
use zkarena_groth16::{Job, Proven, Setup};
use zkarena_statements::{Kind, Proof, Prover, Statement, Trace};

/// The blinding factors do not follow the witness: what differs between two witnesses is not theirs.
const BLINDING: u64 = 0x5eed;

/// A prover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Subject {
    /// A hash chain with ark-groth16.
    Groth16,
    /// Poseidon2 permutations with p3-uni-stark.
    Plonky3,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Groth16 => "groth16",
            Self::Plonky3 => "plonky3",
        })
    }
}

impl Subject {
    /// Every window of the witness that comes from `seed`.
    pub(crate) fn patterns(self, size: usize, seed: u64) -> Result<Patterns, String> {
        match self {
            Self::Groth16 => Ok(zkarena_groth16::patterns(job(size, seed))),
            Self::Plonky3 => Ok(cells(
                &Prover::new(statement(size)?).generate_trace_from(seed),
            )),
        }
    }

    /// Everything that a prover has before it has a witness.
    pub(crate) fn prepare(self, size: usize) -> Result<Prepared, String> {
        match self {
            Self::Groth16 => Ok(Prepared::Groth16(
                Setup::new(size).map_err(text)?.into(),
                size,
            )),
            Self::Plonky3 => Ok(Prepared::Plonky3(Prover::new(statement(size)?))),
        }
    }
}

/// Keys, or a configuration.
pub(crate) enum Prepared {
    Groth16(Box<Setup>, usize),
    Plonky3(Prover),
}

/// A proof.
pub(crate) enum Outcome {
    Groth16(Box<Proven>),
    Plonky3(Proof),
}

impl Prepared {
    /// Draws the witness and proves.
    pub(crate) fn prove(&self, seed: u64) -> Result<Outcome, String> {
        match self {
            Self::Groth16(setup, size) => {
                let proven = setup.prove(job(*size, seed)).map_err(text)?;
                Ok(Outcome::Groth16(proven.into()))
            }
            Self::Plonky3(prover) => {
                let trace = prover.generate_trace_from(seed);
                prover.prove(trace).map(Outcome::Plonky3).map_err(text)
            }
        }
    }

    /// Something of the witness to have in hand: the scan has to find it.
    pub(crate) fn in_hand(&self, seed: u64) -> Box<dyn Any> {
        match self {
            Self::Groth16(..) => Box::new(job(4, seed).draw()),
            Self::Plonky3(prover) => Box::new(prover.generate_trace_from(seed)),
        }
    }

    /// Asks the published verifier.
    pub(crate) fn verify(&self, outcome: &Outcome) -> Result<(), String> {
        match (self, outcome) {
            (Self::Groth16(setup, _), Outcome::Groth16(proven)) => match setup.verify(proven) {
                Ok(true) => Ok(()),
                Ok(false) => Err("the proof does not hold".to_owned()),
                Err(error) => Err(error.to_string()),
            },
            (Self::Plonky3(prover), Outcome::Plonky3(proof)) => prover.verify(proof).map_err(text),
            _ => Err("the proof is of another prover".to_owned()),
        }
    }
}

fn job(size: usize, seed: u64) -> Job {
    Job {
        hashes: size,
        messages: seed,
        blinding: BLINDING,
    }
}

fn statement(log_rows: usize) -> Result<Statement, String> {
    Statement::new(Kind::Poseidon2, log_rows).map_err(text)
}

fn text(error: impl fmt::Display) -> String {
    error.to_string()
}

/// The trace, in every form.
fn cells(trace: &Trace) -> Patterns {
    let mut patterns = Patterns::new();
    for form in trace.forms(usize::MAX) {
        patterns.cells(&form, trace.rows().width);
    }
    patterns
}
