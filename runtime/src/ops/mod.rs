//! The parts of a prover service that must not die of memory: what the process may use, whether a proof
//! may start, and what to do when memory runs short.
#![forbid(unsafe_code)]
