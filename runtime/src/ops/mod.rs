//! The parts of a prover service that must not die of memory: how much there is, whether a proof may
//! start, how near the limit it is, and what to do about that.
//!
//! | part | answers |
//! |---|---|
//! | [`MemLimit`] | how many bytes the process may use, who says so, and how many are in use |
//! | [`Profile`] | what proofs took, measured |
//! | [`Planner`] | how many of them may run at the same time, and which take low-memory mode |
//! | [`MemoryGate`] | whether a proof may start: a reservation by weight, with a bounded queue |
//! | [`PressureWatch`] | how near the limit memory is, and what to do about it before a refusal |
//! | [`LeakWatch`] | whether proofs leave memory behind |
//! | [`Recycle`] | when to make room for a fresh process |
//! | [`KeyCache`] | which proving keys stay in memory |
//! | [`ChildProof`] | how a proof in a process of its own ended |
//! | [`BlackBox`] | where the last process vanished |
//!
//! Nothing here starts a thread or needs an async runtime: a service asks when it wants to know.
#![forbid(unsafe_code)]

mod black_box;
mod cache;
mod child;
mod gate;
#[cfg(feature = "tower")]
mod layer;
mod leak;
mod limit;
mod planner;
mod pressure;
mod profile;
#[cfg(feature = "metrics")]
mod publish;
mod recycle;

pub use black_box::{BlackBox, InFlight, Marked, Vanished};
pub use cache::{KeyCache, Pinned};
pub use child::{ChildEnd, ChildProof};
pub use gate::{Busy, GatePlan, GateStats, MemoryGate, NotAdmitted, Permit};
#[cfg(feature = "tower")]
pub use layer::{Admission, Answer, GateLayer, Gated, GatedFuture, Unavailable};
pub use leak::{Floor, Leak, LeakWatch};
pub use limit::{LimitSource, MemLimit, MemUsage};
pub use planner::{CircuitPlan, CutOver, Mode, PlanError, Planner, ServicePlan};
pub use pressure::{Degrade, Pressure, PressureState, PressureWatch, Reading, StallAlarm, Stalls};
pub use profile::{Peaks, Profile, ProfileError};
#[cfg(feature = "metrics")]
pub use publish::publish;
pub use recycle::{Recycle, RecycleReason};
