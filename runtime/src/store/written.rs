//! Which tiles were written: each of them once.
#![forbid(unsafe_code)]

use crate::sync::atomic::{AtomicU64, Ordering};

/// A bit for each tile.
#[derive(Debug)]
pub(super) struct Written {
    bits: Vec<AtomicU64>,
    tiles: usize,
}

impl Written {
    pub(super) fn new(tiles: usize) -> Self {
        let words = tiles.div_ceil(64);
        Self {
            bits: (0..words).map(|_| AtomicU64::new(0)).collect(),
            tiles,
        }
    }

    /// Of all who ask for a tile, one returns.
    ///
    /// # Panics
    /// If there is no such tile, or if it was claimed before: a place is written once, or encryption
    /// would tell what two versions have in common.
    pub(super) fn claim(&self, tile: usize) {
        assert!(tile < self.tiles, "tile {tile} of {}", self.tiles);
        let bit = 1 << (tile % 64);
        let before = self.bits[tile / 64].fetch_or(bit, Ordering::Relaxed);
        assert_eq!(before & bit, 0, "tile {tile} was written before");
    }

    /// The first tile that nobody claimed.
    pub(super) fn missing(&self) -> Option<usize> {
        let is_claimed =
            |tile: &usize| self.bits[tile / 64].load(Ordering::Relaxed) >> (tile % 64) & 1 == 1;
        (0..self.tiles).find(|tile| !is_claimed(tile))
    }
}
