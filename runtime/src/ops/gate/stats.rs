//! What a gate tells about itself.
#![forbid(unsafe_code)]

use std::time::Duration;

/// Figures of a [`MemoryGate`](super::MemoryGate) at one moment; see [`MemoryGate::stats`](super::MemoryGate::stats).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct GateStats {
    /// Bytes that it was opened with, or set to.
    pub capacity: u64,
    /// Bytes of all permits.
    pub reserved: u64,
    /// Bytes that may still be reserved, without the headroom.
    pub free: u64,
    /// The most bytes reserved at a time.
    pub most_reserved: u64,
    /// Permits that live.
    pub permits: u64,
    /// How many wait.
    pub waiting: usize,
    /// Permits given so far.
    pub admitted: u64,
    /// Refusals so far.
    pub refused: u64,
    /// How long a permit lives, as a moving average; `None` before the first ended.
    pub proof_time: Option<Duration>,
}
