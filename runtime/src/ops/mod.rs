//! The parts of a prover service that must not die of memory: how much there is, whether a proof may
//! start, how near the limit it is, and what to do about that.
//!
//! | part | answers |
//! |---|---|
//! | [`MemLimit`] | how many bytes the process may use, who says so, and how many are in use |
//! | [`Profile`] | what proofs took, measured |
//! | [`Planner`] | how many of them may run at the same time, and which take low-memory mode |
//!
//! Nothing here starts a thread or needs an async runtime: a service asks when it wants to know.
#![forbid(unsafe_code)]

mod limit;
mod planner;
mod profile;
#[cfg(feature = "metrics")]
mod publish;

pub use limit::{LimitSource, MemLimit, MemUsage};
pub use planner::{CircuitPlan, CutOver, Mode, PlanError, Planner, ServicePlan};
pub use profile::{Peaks, Profile, ProfileError};
#[cfg(feature = "metrics")]
pub use publish::publish;
