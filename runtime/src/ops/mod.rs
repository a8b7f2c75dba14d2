//! The parts of a prover service that must not die of memory: what the process may use, whether a proof
//! may start, and what to do when memory runs short.
#![forbid(unsafe_code)]

mod planner;
mod profile;
mod profile_file;
mod service_plan;

pub use planner::Planner;
pub use profile::{Peaks, Profile};
pub use profile_file::ProfileError;
pub use service_plan::{CircuitPlan, CutOver, Mode, PlanError, ServicePlan};
