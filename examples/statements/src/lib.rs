//! The published [Plonky3](https://github.com/Plonky3/Plonky3) provers as three statements.
//!
//! Everything cryptographic comes from the `p3-*` crates; this crate only puts their parts
//! together, the same way for every program that measures memory. Preimages come from a fixed seed,
//! so that any two runs prove the same thing.
//!
//! ```
//! use zkarena_statements::{Kind, Prover, Statement};
//!
//! let prover = Prover::new(Statement::new(Kind::Keccak, 5)?);
//! let trace = prover.generate_trace();
//! let proof = prover.prove(trace)?;
//! prover.verify(&proof)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod blake3;
mod config;
mod engine;
mod estimate;
mod input;
mod keccak;
mod poseidon2;
mod proof;
mod prover;
mod statement;

pub use proof::{DecodeError, Proof, TranscriptDigest};
pub use prover::{ProveError, Prover, Trace, VerifyError};
pub use statement::{Kind, SizeError, Statement, UnknownKind};

/// The parts of the provers, for a program that puts them together with a part of its own.
pub mod parts {
    pub use crate::config::{
        Challenge, Config, Dft, HashFamily, Keccak as KeccakFamily, LOG_BLOWUP, Pcs,
        Poseidon2 as Poseidon2Family, Val, fri_parameters,
    };
    pub use crate::engine::{Engine, ProverAir, Workload};
    pub use crate::proof::StarkProof;

    pub use crate::blake3::Blake3;
    pub use crate::keccak::Keccak;
    pub use crate::poseidon2::Poseidon2;
}
