//! From readings to a level, without flutter.
#![forbid(unsafe_code)]

use super::level::{Degrade, Pressure};
use super::reading::Reading;
use super::stalls::StallLevel;
use crate::ops::limit::MemLimit;
use std::path::Path;
use std::time::Instant;

/// Percents at which a level begins, and below which it ends.
#[derive(Clone, Copy, Debug)]
struct Band {
    enter: u64,
    leave: u64,
}

/// Watches how near the limit memory is.
///
/// The level is that of the worst part: the working set in percent of the limit (high from 85 until below
/// 75, critical from 95 until below 85), how long tasks wait for memory (over two seconds: high from 70 ms in
/// which some wait, critical from 100 ms in which all do), and how full an arena is (by the same percents). A
/// part that is not known is passed over; where the working set is not, all of it is
/// [`Unknown`](Pressure::Unknown), unless another part says worse than `Ok`.
///
/// ```
/// use zkarena::ops::{MemLimit, PressureWatch, Pressure};
///
/// let mut watch = PressureWatch::new(MemLimit::detect());
/// let state = watch.look(); // every second or so, and before a proof starts
/// if state.level != Pressure::Ok {
///     println!("memory is {}: {:?}", state.level, state.degrade());
/// }
/// ```
///
/// It looks when it is told to: it starts no thread, and takes none of the steps itself.
#[derive(Debug)]
pub struct PressureWatch {
    limit: MemLimit,
    start: Instant,
    high: Band,
    critical: Band,
    working_set: Pressure,
    arena: Pressure,
    stalls: StallLevel,
}

/// What a [`PressureWatch`] saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PressureState {
    /// All parts together.
    pub level: Pressure,
    /// The working set against the limit.
    pub working_set: Pressure,
    /// How long tasks wait for memory.
    pub stalls: Pressure,
    /// How full the arena is.
    pub arena: Pressure,
    /// What it was seen in.
    pub reading: Reading,
}

impl PressureState {
    /// What to do, in that order; see [`Pressure::degrade`].
    pub const fn degrade(&self) -> &'static [Degrade] {
        self.level.degrade()
    }
}

impl PressureWatch {
    /// Watches the use of `limit`.
    pub fn new(limit: MemLimit) -> Self {
        Self {
            limit,
            start: Instant::now(),
            high: Band {
                enter: 85,
                leave: 75,
            },
            critical: Band {
                enter: 95,
                leave: 85,
            },
            working_set: Pressure::Unknown,
            arena: Pressure::Unknown,
            stalls: StallLevel::default(),
        }
    }

    /// Sets the percents from which on pressure is high, and below which it is no more.
    ///
    /// # Panics
    /// If it would end above where it begins.
    ///
    /// ```
    /// use zkarena::ops::{MemLimit, PressureWatch};
    ///
    /// let watch = PressureWatch::new(MemLimit::detect()).high(80, 70).critical(92, 85);
    /// ```
    #[must_use]
    pub fn high(mut self, enter: u32, leave: u32) -> Self {
        self.high = band(enter, leave);
        self
    }

    /// As [`high`](Self::high), for critical pressure.
    ///
    /// # Panics
    /// If it would end above where it begins.
    #[must_use]
    pub fn critical(mut self, enter: u32, leave: u32) -> Self {
        self.critical = band(enter, leave);
        self
    }

    /// The limit in force has changed.
    pub fn set_limit(&mut self, limit: MemLimit) {
        self.limit = limit;
    }

    /// The limit that use is compared with.
    pub fn limit(&self) -> &MemLimit {
        &self.limit
    }

    /// Reads the system's files and judges; an arena is not part of it.
    pub fn look(&mut self) -> PressureState {
        let reading = self.read();
        self.feed(reading)
    }

    /// What [`look`](Self::look) reads: who has an arena puts it in, and calls [`feed`](Self::feed).
    pub fn read(&self) -> Reading {
        Reading::below(Path::new("/"), &self.limit, self.start.elapsed())
    }

    /// Judges a reading in the light of those before it.
    ///
    /// ```
    /// use zkarena::ops::{MemLimit, Pressure, PressureWatch, Reading};
    ///
    /// let mut watch = PressureWatch::new(MemLimit::explicit(100));
    /// let mut level = |bytes| {
    ///     let (limit_bytes, working_set_bytes) = (Some(100), Some(bytes));
    ///     watch.feed(Reading { limit_bytes, working_set_bytes, ..Reading::default() }).level
    /// };
    /// assert_eq!(level(80), Pressure::Ok);
    /// assert_eq!(level(85), Pressure::High);
    /// assert_eq!(level(80), Pressure::High); // until it is below 75
    /// assert_eq!(level(74), Pressure::Ok);
    /// ```
    pub fn feed(&mut self, reading: Reading) -> PressureState {
        let used = reading.working_set_bytes.zip(reading.limit_bytes);
        self.working_set = self.judge(self.working_set, used);
        self.arena = self.judge(self.arena, reading.arena);
        let stalls = self.stalls.feed(reading.at, reading.stalls);
        PressureState {
            level: together(self.working_set, stalls.or(self.arena)),
            working_set: self.working_set,
            stalls,
            arena: self.arena,
            reading,
        }
    }

    /// The level of `part` bytes of a whole, after a level before.
    fn judge(&self, before: Pressure, part: Option<(u64, u64)>) -> Pressure {
        let Some((part, whole)) = part else {
            return Pressure::Unknown;
        };
        let at_least =
            |percent: u64| u128::from(part) * 100 >= u128::from(whole) * u128::from(percent);
        let holds = |band: Band, held| at_least(if held { band.leave } else { band.enter });
        let critical = before == Pressure::Critical;
        if holds(self.critical, critical) {
            Pressure::Critical
        } else if holds(self.high, critical || before == Pressure::High) {
            Pressure::High
        } else {
            Pressure::Ok
        }
    }
}

fn band(enter: u32, leave: u32) -> Band {
    assert!(
        leave <= enter,
        "pressure would begin at {enter} % and end at {leave} %: it ends at or below where it begins"
    );
    Band {
        enter: enter.into(),
        leave: leave.into(),
    }
}

/// The worst of all parts. That of the working set must be known for all to be well.
fn together(working_set: Pressure, others: Pressure) -> Pressure {
    match (working_set, others) {
        (Pressure::Unknown, Pressure::Ok) => Pressure::Unknown,
        (working_set, others) => working_set.or(others),
    }
}
