//! When a process is to make room for a fresh one.
#![forbid(unsafe_code)]

use crate::size::Bytes;
use std::collections::VecDeque;
use std::fmt;
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

/// Floors are compared as the smallest of so many.
const WINDOW: usize = 8;

/// Says when to drain, so that the supervisor starts a fresh process. Never, unless it is told a reason.
///
/// Each mark is brought forward by a random part of at most the jitter, so that services that were started
/// together do not end together.
///
/// ```
/// use std::time::Duration;
/// use zkarena::ops::{MemoryGate, Recycle};
///
/// let gate = MemoryGate::new(1 << 30);
/// let mut recycle = Recycle::never().after_proofs(1000).after_age(Duration::from_hours(24));
/// // When a proof has ended:
/// if let Some(reason) = recycle.proof_ended(64 << 20) {
///     println!("ends: {reason}");
///     gate.close(); // and then `wait_until_empty`, and exit with 0
/// }
/// ```
///
/// It neither drains nor ends anything. To be restarted is no cure for a leak: see [`LeakWatch`](super::LeakWatch).
#[derive(Clone, Debug)]
pub struct Recycle {
    start: Instant,
    random: u64,
    jitter: u64,
    most_proofs: Option<u64>,
    most_age: Option<Duration>,
    most_growth: Option<u64>,
    proofs: u64,
    first: Option<u64>,
    last: VecDeque<u64>,
}

/// Why to drain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecycleReason {
    /// So many proofs were made.
    Proofs(u64),
    /// The process is that old.
    Age(Duration),
    /// The floor has risen by so many bytes.
    Growth(u64),
}

impl Recycle {
    /// No reason, with a jitter of 10 % for those to come. Time counts from now.
    pub fn never() -> Self {
        let start = Instant::now();
        Self {
            start,
            random: std::hash::RandomState::new().hash_one(start),
            jitter: 10,
            most_proofs: None,
            most_age: None,
            most_growth: None,
            proofs: 0,
            first: None,
            last: VecDeque::with_capacity(WINDOW),
        }
    }

    /// After so many proofs.
    #[must_use]
    pub fn after_proofs(mut self, proofs: u64) -> Self {
        self.most_proofs = Some(proofs);
        self
    }

    /// At that age.
    #[must_use]
    pub fn after_age(mut self, age: Duration) -> Self {
        self.most_age = Some(age);
        self
    }

    /// When the floor has risen by so many bytes: the smallest after the last eight proofs against the
    /// smallest after the first eight.
    #[must_use]
    pub fn after_growth(mut self, bytes: u64) -> Self {
        self.most_growth = Some(bytes);
        self
    }

    /// By how much at most marks are brought forward, in percent (at most 100).
    #[must_use]
    pub fn jitter(mut self, percent: u32) -> Self {
        self.jitter = u64::from(percent.min(100));
        self
    }

    /// Where in the jitter this process is: the same number gives the same marks. Unset it is random.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.random = seed;
        self
    }

    /// A proof has ended and left so many bytes in use. Says whether to drain now, and why.
    pub fn proof_ended(&mut self, floor_bytes: u64) -> Option<RecycleReason> {
        self.proofs += 1;
        if self.last.len() == WINDOW {
            self.last.pop_front();
        }
        self.last.push_back(floor_bytes);
        if self.last.len() == WINDOW && self.first.is_none() {
            self.first = self.last.iter().min().copied();
        }
        self.due(self.start.elapsed())
    }

    /// Whether to drain at that age, and why.
    pub fn due(&self, age: Duration) -> Option<RecycleReason> {
        let growth = self.growth();
        let proofs = self
            .most_proofs
            .filter(|&most| self.proofs >= self.mark(most));
        let old = self.most_age.filter(|&most| age >= self.mark_of_time(most));
        let grown = self.most_growth.filter(|&most| growth >= self.mark(most));
        let proofs = proofs.map(|_| RecycleReason::Proofs(self.proofs));
        let old = old.map(|_| RecycleReason::Age(age));
        let grown = grown.map(|_| RecycleReason::Growth(growth));
        proofs.or(old).or(grown)
    }

    fn growth(&self) -> u64 {
        let last = self.last.iter().min().copied();
        let (first, last) = self.first.zip(last).unwrap_or((0, 0));
        last.saturating_sub(first)
    }

    /// A mark, brought forward. Of nothing it is one: not before the first proof.
    fn mark(&self, most: u64) -> u64 {
        let part = u128::from(most) * u128::from(self.jitter) * u128::from(self.random >> 32);
        let forward = u64::try_from((part / 100) >> 32).unwrap_or(u64::MAX);
        most.saturating_sub(forward).max(1)
    }

    fn mark_of_time(&self, most: Duration) -> Duration {
        let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(self.mark(nanos))
    }
}

impl fmt::Display for RecycleReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Proofs(proofs) => write!(f, "{proofs} proofs were made"),
            Self::Age(age) => write!(f, "the process is {} s old", age.as_secs()),
            Self::Growth(bytes) => write!(f, "the floor rose by {}", Bytes(bytes)),
        }
    }
}
