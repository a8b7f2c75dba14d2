//! Why nobody was let in.
#![forbid(unsafe_code)]

use crate::size::Bytes;
use std::fmt;
use std::time::Duration;

/// A gate that is full for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// When it is worth asking again: from the moving average of how long permits live, and what is ahead.
    /// At least a millisecond.
    pub retry_after: Duration,
    /// Bytes that were asked for.
    pub needed: u64,
    /// Bytes that were free.
    pub free: u64,
    /// How many wait ahead.
    pub position: usize,
}

impl Busy {
    /// The value of an HTTP header `Retry-After`: whole seconds, rounded up.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zkarena::ops::Busy;
    ///
    /// let busy = Busy { retry_after: Duration::from_millis(1200), needed: 3, free: 2, position: 0 };
    /// assert_eq!(busy.retry_after_seconds(), 2);
    /// ```
    pub fn retry_after_seconds(&self) -> u64 {
        let part = u64::from(self.retry_after.subsec_nanos() > 0);
        self.retry_after.as_secs().saturating_add(part)
    }
}

/// Why a [`MemoryGate`](super::MemoryGate) did not let a proof in.
///
/// ```
/// use zkarena::ops::MemoryGate;
///
/// let refused = MemoryGate::new(1 << 30).try_reserve(2 << 30).unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "a proof of 2 GiB never fits: the gate has 1 GiB in all; prove less at once, or raise the limit",
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAdmitted {
    /// Not now: ask again later.
    Busy(Busy),
    /// Not ever, unless the capacity is raised.
    TooLarge {
        /// Bytes that were asked for.
        needed: u64,
        /// Bytes that could be reserved if nobody else had any.
        capacity: u64,
    },
    /// The gate is closed: the service is about to end.
    Closed,
}

impl NotAdmitted {
    /// When to ask again, if that can help.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy(busy) => Some(busy.retry_after),
            _ => None,
        }
    }
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (needed, free) = (Bytes(self.needed), Bytes(self.free));
        write!(f, "a proof needs {needed}, and {free} are free")?;
        match self.position {
            0 => {}
            1 => f.write_str(" with one other waiting")?,
            others => write!(f, " with {others} others waiting")?,
        }
        write!(f, "; try again in {:.1} s", self.retry_after.as_secs_f64())
    }
}

impl fmt::Display for NotAdmitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(busy) => busy.fmt(f),
            Self::TooLarge { needed, capacity } => write!(
                f,
                "a proof of {} never fits: the gate has {} in all; prove less at once, or raise the limit",
                Bytes(*needed),
                Bytes(*capacity)
            ),
            Self::Closed => {
                f.write_str("no proof is started any more: the service is about to end")
            }
        }
    }
}

impl std::error::Error for Busy {}

impl std::error::Error for NotAdmitted {}
