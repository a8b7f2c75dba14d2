//! arkworks' Groth16, unmodified, over a statement about a hash chain, and the windows of its witness.
//!
//! "I know messages whose chain of hashes ends in this digest": everything but the digest is the witness.
#![forbid(unsafe_code)]

mod chain;
mod circuit;
mod job;
mod patterns;

pub use job::{Job, Proven, Setup};
pub use patterns::patterns;
