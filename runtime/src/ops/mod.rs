//! The parts of a prover service that must not die of memory: how much there is, whether a proof may
//! start, how near the limit it is, and what to do about that.
//!
//! | part | answers |
//! |---|---|
//! | [`MemLimit`] | how many bytes the process may use, who says so, and how many are in use |
//! | [`MemoryGate`] | whether a proof may start: a reservation by weight, with a bounded queue |
//! | [`PressureWatch`] | how near the limit memory is, and what to do about it before a refusal |
//!
//! Nothing here starts a thread or needs an async runtime: a service asks when it wants to know.
#![forbid(unsafe_code)]

mod gate;
mod limit;
mod pressure;

pub use gate::{Busy, GatePlan, GateStats, MemoryGate, NotAdmitted, Permit};
pub use limit::{LimitSource, MemLimit, MemUsage};
pub use pressure::{Degrade, Pressure, PressureState, PressureWatch, Reading, Stalls};
