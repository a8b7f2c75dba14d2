//! What provers leave of their witness under each allocator, as an observer outside of the process sees it.
//!
//! ```text
//! zkarena-residue ── starts ──> residue-glibc, .., residue-zkarena      (one allocator in each, same provers)
//!        │  the seed of the witness        │ phase: draw the witness, prove    "at mid": the scan must find something
//!        │  stop, scan, let go             │ verify, drop everything           "at end": it must find nothing
//! ```
//!
//! Binaries of peers are built with `--features peers`; one that is missing is named.
#![forbid(unsafe_code)]

mod arm;
mod cores;
mod difference;
mod failure;
mod observe;
mod options;
mod run;
mod subject;
mod table;

#[cfg(feature = "peers")]
pub use arm::ZkAlloc;
pub use arm::{Arm, Plain, Zkarena, arm_main};
pub use options::main;
