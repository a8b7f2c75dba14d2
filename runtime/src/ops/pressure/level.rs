//! Levels of pressure, and steps against it.
#![forbid(unsafe_code)]

use std::fmt;

/// How near the limit memory is.
///
/// ```
/// use zkarena::ops::{Degrade, Pressure};
///
/// assert_eq!(Pressure::Ok.degrade(), []);
/// assert_eq!(Pressure::High.degrade(), [Degrade::EvictKeys, Degrade::Trim, Degrade::LowMemory]);
/// assert!(Pressure::Critical.degrade().contains(&Degrade::Refuse));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pressure {
    /// There is room.
    Ok,
    /// Memory is short: use less.
    High,
    /// The next proof may be one too many: start none.
    Critical,
    /// The system does not tell. Not the same as `Ok`.
    Unknown,
}

/// A step against pressure. In the order of [`ALL`](Self::ALL), from what costs the least to a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Degrade {
    /// Drop keys that no proof uses.
    EvictKeys,
    /// Give free pages back: [`zkarena::trim`](crate::trim).
    Trim,
    /// Prove in low-memory mode from the next proof on.
    LowMemory,
    /// Start no proof: 503.
    Refuse,
}

impl Degrade {
    /// All steps, in the order in which they are taken.
    pub const ALL: [Self; 4] = [Self::EvictKeys, Self::Trim, Self::LowMemory, Self::Refuse];
}

impl Pressure {
    /// What to do, in that order: nothing is refused that a cheaper step could have let in.
    ///
    /// Where pressure is unknown these are the steps that harm no proof. They are data: a service that has
    /// no keys, or no low-memory mode, passes those over.
    pub const fn degrade(self) -> &'static [Degrade] {
        let steps = match self {
            Self::Ok => 0,
            Self::Unknown => 2,
            Self::High => 3,
            Self::Critical => 4,
        };
        Degrade::ALL.split_at(steps).0
    }

    /// The worse of two, of which an unknown one is passed over if the other is known.
    pub(super) fn or(self, other: Self) -> Self {
        let rank = |level| match level {
            Self::Unknown => 0,
            Self::Ok => 1,
            Self::High => 2,
            Self::Critical => 3,
        };
        if rank(self) >= rank(other) {
            self
        } else {
            other
        }
    }
}

impl fmt::Display for Pressure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "ok",
            Self::High => "high",
            Self::Critical => "critical",
            Self::Unknown => "unknown",
        })
    }
}

impl fmt::Display for Degrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EvictKeys => "evict keys",
            Self::Trim => "trim",
            Self::LowMemory => "low memory",
            Self::Refuse => "refuse",
        })
    }
}
