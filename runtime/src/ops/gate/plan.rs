//! What a gate is opened with.
#![forbid(unsafe_code)]

use super::MemoryGate;
use super::state::State;
use std::time::Duration;

/// How a [`MemoryGate`] lets proofs in.
///
/// ```
/// use std::time::Duration;
/// use zkarena::ops::{GatePlan, MemLimit};
///
/// let limit = MemLimit::explicit(1 << 30);
/// let gate = GatePlan::new(limit.percent(90))
///     .headroom(64 << 20) // for requests and proofs
///     .bypass(1 << 20)
///     .queue(16)
///     .max_wait(Duration::from_secs(10))
///     .open();
/// assert_eq!(gate.stats().free, limit.percent(90) - (64 << 20));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a plan opens nothing by itself"]
pub struct GatePlan {
    capacity: u64,
    proof_time: Option<Duration>,
    settings: Settings,
}

/// What does not change while a gate is open.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) headroom: u64,
    pub(super) bypass: u64,
    pub(super) queue: usize,
    pub(super) max_wait: Duration,
}

impl GatePlan {
    /// A gate for `capacity` bytes: no headroom, no bypass, a queue of 32 that waits for at most 30 seconds.
    pub fn new(capacity: u64) -> Self {
        let settings = Settings {
            headroom: 0,
            bypass: 0,
            queue: 32,
            max_wait: Duration::from_secs(30),
        };
        Self {
            capacity,
            proof_time: None,
            settings,
        }
    }

    /// Bytes of the capacity that are kept free of permits, for what a service holds besides: requests,
    /// outputs, keys.
    pub fn headroom(mut self, bytes: u64) -> Self {
        self.settings.headroom = bytes;
        self
    }

    /// Who needs at most this many bytes may overtake those who wait, if the bytes are free. They are counted
    /// as all others, and overtake the same one sixteen times at most.
    pub fn bypass(mut self, bytes: u64) -> Self {
        self.settings.bypass = bytes;
        self
    }

    /// How many may wait in [`MemoryGate::reserve`]; with 0 nobody waits.
    pub fn queue(mut self, places: usize) -> Self {
        self.settings.queue = places;
        self
    }

    /// How long one may wait.
    pub fn max_wait(mut self, time: Duration) -> Self {
        self.settings.max_wait = time;
        self
    }

    /// How long a permit is expected to live, before the first is seen: [`Busy::retry_after`] starts from it.
    /// Unset it is one second.
    ///
    /// [`Busy::retry_after`]: super::Busy::retry_after
    pub fn proof_time(mut self, time: Duration) -> Self {
        self.proof_time = Some(time);
        self
    }

    /// Opens the gate.
    pub fn open(self) -> MemoryGate {
        MemoryGate::with(self.settings, State::new(self.capacity, self.proof_time))
    }
}
