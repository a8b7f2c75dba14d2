//! From how long tasks waited to a level.
#![forbid(unsafe_code)]

use super::level::Pressure;
use super::reading::Stalls;
use std::time::Duration;

/// Waits are compared over windows of this length.
const WINDOW: Duration = Duration::from_secs(2);
/// Microseconds of a window in which some task waits for memory when it is short: those of `GMemoryMonitor`.
const SHORT_US: u64 = 70_000;
/// Microseconds in which all tasks wait when it is very short.
const VERY_SHORT_US: u64 = 100_000;

/// Compares the kernel's counts over windows of time.
#[derive(Debug, Default)]
pub(super) struct StallLevel {
    /// Where the window began.
    start: Option<(Duration, Stalls)>,
    /// Of the last whole window.
    level: Option<Pressure>,
}

impl StallLevel {
    /// The level after a reading: unknown without one, and until a window has passed.
    pub(super) fn feed(&mut self, at: Duration, stalls: Option<Stalls>) -> Pressure {
        let Some(stalls) = stalls else {
            *self = Self::default();
            return Pressure::Unknown;
        };
        let (since, before) = *self.start.get_or_insert((at, stalls));
        let length = at.saturating_sub(since).max(WINDOW); // counts of a part are those of the whole so far
        let now = level(before, stalls, length);
        if at.saturating_sub(since) >= WINDOW {
            self.start = Some((at, stalls));
            self.level = Some(now);
        }
        match (self.level, now) {
            (None, Pressure::Ok) => Pressure::Unknown,
            (last, now) => now.or(last.unwrap_or(Pressure::Unknown)),
        }
    }
}

/// The level of a window of that length.
fn level(before: Stalls, now: Stalls, length: Duration) -> Pressure {
    let in_window = |before: u64, now: u64| {
        let waited = u128::from(now.saturating_sub(before));
        waited * WINDOW.as_micros() / length.as_micros().max(1)
    };
    if in_window(before.full_us, now.full_us) >= VERY_SHORT_US.into() {
        Pressure::Critical
    } else if in_window(before.some_us, now.some_us) >= SHORT_US.into() {
        Pressure::High
    } else {
        Pressure::Ok
    }
}
