//! Memory that proofs leave behind.
#![forbid(unsafe_code)]

use crate::size::Bytes;
use std::collections::{HashMap, VecDeque};
use std::fmt;

/// More circuits than these are not watched, so that names made up by clients do not become a leak themselves.
const MOST_CIRCUITS: usize = 1024;

/// What is left when a proof has ended and its phase is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor {
    /// Bytes of the process at rest: its resident set, or what its heap has in use.
    pub bytes: u64,
    /// Bytes that the phase allocated and that still live, where that is known; see
    /// [`Survivors`](crate::Survivors).
    pub live_bytes: Option<u64>,
}

/// Compares what proofs leave behind: the floors, not the peaks.
///
/// The smallest floor of the last proofs of a circuit is compared with the smallest of as many before, once
/// the circuit is warm. A peak says nothing, and one floor alone little: another proof may be under way. Where
/// it is known what lives on, it must be nothing.
///
/// ```
/// use zkarena::ops::{Floor, Leak, LeakWatch};
///
/// let mut watch = LeakWatch::new().warm_up(2).window(4).slack(1 << 20);
/// let mut leak = None;
/// for proof in 0..10 {
///     let bytes = (500 + proof) << 20; // 1 MiB more after each
///     leak = watch.proof_ended("transfer", Floor { bytes, live_bytes: None });
/// }
/// assert_eq!(leak, Some(Leak::Growth { bytes: 4 << 20, proofs: 4 }));
/// ```
///
/// It does not say who leaks: the survivors in a [`Report`](crate::Report) do.
#[derive(Clone, Debug)]
pub struct LeakWatch {
    warm_up: usize,
    window: usize,
    slack: u64,
    circuits: HashMap<String, Floors>,
}

/// What a [`LeakWatch`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leak {
    /// The floor has risen.
    Growth {
        /// By so many bytes.
        bytes: u64,
        /// Within so many proofs.
        proofs: usize,
    },
    /// Memory of a phase that has ended is in use.
    Live {
        /// So many bytes.
        bytes: u64,
    },
}

/// Of one circuit.
#[derive(Clone, Debug, Default)]
struct Floors {
    cold: usize,
    last: VecDeque<u64>,
}

impl LeakWatch {
    /// Windows of eight proofs, after four to warm up, and a slack of 1 MiB.
    pub fn new() -> Self {
        Self {
            warm_up: 4,
            window: 8,
            slack: 1 << 20,
            circuits: HashMap::new(),
        }
    }

    /// The first proofs of a circuit that do not count: they fill caches.
    #[must_use]
    pub fn warm_up(mut self, proofs: usize) -> Self {
        self.warm_up = proofs;
        self
    }

    /// How many proofs are compared with as many before; at least one.
    #[must_use]
    pub fn window(mut self, proofs: usize) -> Self {
        self.window = proofs.max(1);
        self
    }

    /// Bytes that the floor may rise from window to window without being called a leak.
    #[must_use]
    pub fn slack(mut self, bytes: u64) -> Self {
        self.slack = bytes;
        self
    }

    /// A proof of `circuit` has ended, and left `floor`. Says what leaks, if something does: live bytes
    /// before growth.
    pub fn proof_ended(&mut self, circuit: &str, floor: Floor) -> Option<Leak> {
        let (warm_up, window, slack) = (self.warm_up, self.window, self.slack);
        let floors = self.floors(circuit)?;
        if floors.cold < warm_up {
            floors.cold += 1;
            return None;
        }
        floors.add(floor.bytes, window.saturating_mul(2));
        let live = floor.live_bytes.filter(|&bytes| bytes > 0);
        let live = live.map(|bytes| Leak::Live { bytes });
        live.or_else(|| {
            floors
                .growth(window)
                .filter(|&bytes| bytes > slack)
                .map(|bytes| Leak::Growth {
                    bytes,
                    proofs: window,
                })
        })
    }

    fn floors(&mut self, circuit: &str) -> Option<&mut Floors> {
        if !self.circuits.contains_key(circuit) {
            if self.circuits.len() >= MOST_CIRCUITS {
                return None;
            }
            self.circuits.insert(circuit.to_owned(), Floors::default());
        }
        self.circuits.get_mut(circuit)
    }
}

impl Floors {
    fn add(&mut self, bytes: u64, most: usize) {
        if self.last.len() == most {
            self.last.pop_front();
        }
        self.last.push_back(bytes);
    }

    /// How much the smallest of the last is above the smallest of those before; `None` until there are both.
    fn growth(&self, window: usize) -> Option<u64> {
        if self.last.len() < window.saturating_mul(2) {
            return None;
        }
        let before = self.last.iter().take(window).min()?;
        let now = self.last.iter().skip(window).min()?;
        now.checked_sub(*before)
    }
}

impl Default for LeakWatch {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Growth { bytes, proofs } => {
                let bytes = Bytes(bytes);
                write!(f, "the floor rose by {bytes} within {proofs} proofs")
            }
            Self::Live { bytes } => {
                let bytes = Bytes(bytes);
                write!(f, "{bytes} of a phase that has ended are in use")
            }
        }
    }
}
