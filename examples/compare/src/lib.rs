//! The same provers under every allocator: one binary for each, run in turn and repeatedly.
//!
//! ```text
//! zkarena-compare ── builds ──> arm-glibc, arm-jemalloc, .., arm-zkarena   (one allocator in each, same prover code)
//!        │
//!        └── round 1: every arm in turn, round 2: every arm again, another first, ..
//!                 └── a process for each: one cold proof, some warm ones, a rest ──> one line of JSON
//! ```
//!
//! Rounds are interleaved so that whatever else the machine does hits all arms alike. Peers are optional dependencies,
//! built by the program itself; one that does not build is skipped and named.
#![forbid(unsafe_code)]

mod arm;
mod arms;
mod cargo;
mod chart;
mod child;
mod compare;
mod micro;
mod options;
mod output;
mod probes;
mod summary;

#[cfg(feature = "zk-alloc")]
pub use arm::ZkAlloc;
pub use arm::{Allocator, Plain, Zkarena, arm_main};
pub use compare::main;
