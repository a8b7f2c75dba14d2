//! Data that stays in memory: pages of a heap, paid for from the RAM budget.

use super::budget::Budget;
use super::error::StoreError;
use super::written::Written;
use crate::layout::{PAGE, round_up};
use crate::os;
use crate::spans::{RAM, SpanHeap, WITNESS};
use std::ops::Deref;
use std::ptr::NonNull;
use std::slice;
use std::sync::Arc;

/// Pages that are ours, and what was written to them: that is what it dereferences to.
///
/// # Invariants
/// 1. `start` is a live block of `heap` with room for `room` bytes, which nobody else has.
/// 2. `budget` has those bytes, which are whole pages.
/// 3. The first `filled` bytes were written.
#[derive(Debug)]
pub(super) struct Memory {
    start: NonNull<u8>,
    room: usize,
    filled: usize,
    heap: &'static SpanHeap,
    budget: Arc<Budget>,
    process: u32,
}

// SAFETY: memory that is ours alone (invariant 1), without an owner thread.
unsafe impl Send for Memory {}
// SAFETY: shared, it can only be read.
unsafe impl Sync for Memory {}

impl Memory {
    /// Room for `bytes` bytes, if the budget and the heap have it: that of witnesses for a secret.
    pub(super) fn take(budget: &Arc<Budget>, bytes: usize, secret: bool) -> Option<Self> {
        let room = bytes.max(1).checked_next_multiple_of(PAGE)?;
        budget.take(room as u64).ok()?;
        let heap = if secret { &WITNESS } else { &RAM };
        heap.open_default();
        let Some(start) = heap.alloc(room, 0) else {
            budget.give(room as u64);
            return None;
        };
        Some(Self {
            start,
            room,
            filled: 0,
            heap,
            budget: Arc::clone(budget),
            process: os::process_id(),
        })
    }

    fn is_ours(&self) -> bool {
        os::process_id() == self.process
    }

    /// Refuses a process that inherited the store: secrets read zero there.
    pub(super) fn check_process(&self) -> Result<(), StoreError> {
        if self.is_ours() {
            Ok(())
        } else {
            Err(StoreError::Forked)
        }
    }

    /// Adds bytes behind the last one.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        let room = self.room - self.filled;
        assert!(bytes.len() <= room, "{} bytes of {room}", bytes.len());
        // SAFETY: `filled` is at most `room`, so the address is in the block, or at its end.
        let end = unsafe { self.start.add(self.filled) };
        // SAFETY:
        // - as many bytes of the block lie behind `end` (asserted above), and are ours alone (invariant 1);
        // - `bytes` are somebody else's, so the two do not overlap.
        unsafe { end.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
        self.filled += bytes.len();
    }

    /// Gives back the pages that have nothing in them; one stays.
    pub(super) fn shrink(&mut self) {
        let room = round_up(self.filled.max(1), PAGE);
        if room < self.room {
            // SAFETY: a live block of the heap (invariant 1), borrowed mutably; nothing was written beyond `room`.
            unsafe { self.heap.resize_in_place(self.start, room) };
            self.budget.give((self.room - room) as u64);
            self.room = room;
        }
    }
}

impl Deref for Memory {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: memory that was written (invariant 3) and is ours alone (invariant 1), borrowed.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.filled) }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if !self.is_ours() {
            return; // the parent's; a copy stays with the child
        }
        // SAFETY: a live block of the heap (invariant 1), which nobody has any more; that of secrets wipes it.
        unsafe { self.heap.free(self.start) };
        self.budget.give(self.room as u64);
    }
}

/// Memory that is written tile by tile, in any order and from several threads.
///
/// # Invariants
/// 1. A tile is written to by who claimed it in `written`, and by nobody else.
/// 2. Nothing is read before [`finish`](Self::finish).
/// 3. `memory` has room for `bytes` bytes.
#[derive(Debug)]
pub(super) struct MemoryTiles {
    memory: Memory,
    tile_bytes: usize,
    bytes: usize,
    written: Written,
}

impl MemoryTiles {
    /// `bytes` bytes in tiles of `tile_bytes`, one behind the other; the last may be shorter.
    pub(super) fn new(memory: Memory, bytes: usize, tile_bytes: usize) -> Self {
        assert!(bytes <= memory.room, "{bytes} bytes of {}", memory.room);
        Self {
            written: Written::new(bytes.div_ceil(tile_bytes)),
            memory,
            tile_bytes,
            bytes,
        }
    }

    /// Writes a tile, of which there must be one, of that length, and not written before.
    pub(super) fn write(&self, tile: usize, bytes: &[u8]) {
        let start = tile.saturating_mul(self.tile_bytes);
        assert!(start < self.bytes, "there is no tile {tile}");
        let room = self.tile_bytes.min(self.bytes - start);
        assert_eq!(bytes.len(), room, "bytes of tile {tile}");
        self.written.claim(tile); // from here on nothing panics: what is claimed is written
        // SAFETY: `start` is below `bytes` (asserted above), so the address is in the block (invariant 3).
        let to = unsafe { self.memory.start.add(start) };
        // SAFETY:
        // - so many bytes from there are in the block (invariant 3), and part of no other tile;
        // - nobody else writes to this one (invariant 1), and nobody reads yet (invariant 2);
        // - `bytes` are somebody else's, so the two do not overlap.
        unsafe { to.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
    }

    /// The memory, all of which was written; or the first tile that was not.
    pub(super) fn finish(mut self) -> Result<Memory, usize> {
        if let Some(tile) = self.written.missing() {
            return Err(tile);
        }
        self.memory.filled = self.bytes;
        Ok(self.memory)
    }
}

#[cfg(test)]
mod tests {
    use super::super::process::Gauge;
    use super::*;

    static ALL: Gauge = Gauge::new();

    #[test]
    fn what_does_not_fit_is_not_taken() {
        let budget = Arc::new(Budget::new(3 * PAGE as u64, &ALL));
        let first = Memory::take(&budget, PAGE + 1, false).expect("room");
        assert!(Memory::take(&budget, PAGE + 1, false).is_none());
        let second = Memory::take(&budget, PAGE, true).expect("room");
        assert!(Memory::take(&budget, 0, false).is_none());
        assert!(Memory::take(&budget, usize::MAX, false).is_none());
        drop((first, second));
        assert_eq!(budget.in_use(), 0);
    }

    #[test]
    fn pages_without_content_go_back() {
        let budget = Arc::new(Budget::new(u64::MAX, &ALL));
        for secret in [false, true] {
            let mut memory = Memory::take(&budget, 10 * PAGE, secret).expect("room");
            memory.append(&[1; PAGE]);
            memory.append(&[2; 5]);
            memory.shrink();
            assert_eq!(budget.in_use(), 2 * PAGE as u64);
            assert_eq!(
                (memory.len(), memory[PAGE - 1], memory[PAGE]),
                (PAGE + 5, 1, 2)
            );
            drop(memory);
            assert_eq!(budget.in_use(), 0);
        }
    }

    #[test]
    fn tiles_lie_one_behind_the_other() {
        let budget = Arc::new(Budget::new(u64::MAX, &ALL));
        let memory = Memory::take(&budget, 25, false).expect("room");
        let tiles = MemoryTiles::new(memory, 25, 10);
        tiles.write(2, &[2; 5]);
        tiles.write(0, &[0; 10]);
        let tiles = {
            let memory = Memory::take(&budget, 25, false).expect("room");
            assert_eq!(tiles.finish().err(), Some(1));
            MemoryTiles::new(memory, 25, 10)
        };
        for (tile, len) in [(1, 10), (2, 5), (0, 10)] {
            tiles.write(tile, &vec![u8::try_from(tile).expect("small"); len]);
        }
        let memory = tiles.finish().expect("all tiles");
        assert!(
            memory
                .iter()
                .enumerate()
                .all(|(at, &byte)| usize::from(byte) == at / 10)
        );
    }
}
