//! How the blocks of a phase's arenas grew.
#![forbid(unsafe_code)]

use crate::sync::atomic::{AtomicU64, Ordering};
use serde::Serialize;

/// How vectors in the arenas of a phase grew, since it opened; those of phases inside do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Growth {
    /// How often a block grew, where it was or elsewhere.
    pub growths: u64,
    /// Bytes that were copied, as the block could not grow where it was.
    pub copied_bytes: u64,
    /// Bytes of places that blocks grew out of, and that nobody can use before the phase ends.
    pub abandoned_bytes: u64,
    /// Bytes of the largest block that had to move, at its new place.
    pub largest_bytes: u64,
}

impl Growth {
    /// Adds what another run of the phase did.
    pub(super) fn add(&mut self, other: Self) {
        self.growths += other.growths;
        self.copied_bytes += other.copied_bytes;
        self.abandoned_bytes += other.abandoned_bytes;
        self.largest_bytes = self.largest_bytes.max(other.largest_bytes);
    }
}

/// The same, as it is counted on any thread.
#[derive(Debug)]
pub(super) struct Grown {
    growths: AtomicU64,
    copied: AtomicU64,
    abandoned: AtomicU64,
    largest: AtomicU64,
}

impl Grown {
    pub(super) const fn new() -> Self {
        Self {
            growths: AtomicU64::new(0),
            copied: AtomicU64::new(0),
            abandoned: AtomicU64::new(0),
            largest: AtomicU64::new(0),
        }
    }

    pub(super) fn add(&self, growth: Growth) {
        self.growths.fetch_add(growth.growths, Ordering::Relaxed);
        self.copied
            .fetch_add(growth.copied_bytes, Ordering::Relaxed);
        self.abandoned
            .fetch_add(growth.abandoned_bytes, Ordering::Relaxed);
        self.largest
            .fetch_max(growth.largest_bytes, Ordering::Relaxed);
    }

    pub(super) fn figures(&self) -> Growth {
        Growth {
            growths: self.growths.load(Ordering::Relaxed),
            copied_bytes: self.copied.load(Ordering::Relaxed),
            abandoned_bytes: self.abandoned.load(Ordering::Relaxed),
            largest_bytes: self.largest.load(Ordering::Relaxed),
        }
    }

    pub(super) fn clear(&self) {
        self.growths.store(0, Ordering::Relaxed);
        self.copied.store(0, Ordering::Relaxed);
        self.abandoned.store(0, Ordering::Relaxed);
        self.largest.store(0, Ordering::Relaxed);
    }
}
