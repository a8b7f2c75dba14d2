//! The handle: what a prover's own code allocates with.

mod allocator;
mod local;
mod phase;
mod place;
mod scoped;
mod stays;

pub use local::Local;
pub use phase::{ArenaStats, Phase, PhaseStats};
pub use scoped::{ScopedPhase, with_phase};
