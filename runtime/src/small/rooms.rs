//! A shard's slabs with room: a doubly linked list per class, threaded through the entries.
#![forbid(unsafe_code)]

use super::class::{CLASSES, Class};
use super::slabs::{Slab, Slabs};
use crate::sync::atomic::Ordering::Relaxed;

/// No slab.
const NIL: u32 = u32::MAX;

/// What became of a slab when one of its slots was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Nothing that matters.
    Kept,
    /// The slot was free already: the caller is wrong.
    Twice,
    /// It was the last one, and the slab is not needed: it is in no list any more, for the caller to close.
    Emptied,
}

/// A shard's lists and figures.
///
/// # Invariants
/// 1. The lists hold exactly the slabs of this shard that have a free slot, each in its class's list.
/// 2. Of a class at most one slab is empty: one that becomes empty beside another with room goes.
#[derive(Debug)]
pub(super) struct Rooms {
    heads: [u32; CLASSES],
    /// Slabs of this shard, in a list or full.
    slabs: u32,
    /// Live blocks.
    blocks: u64,
    /// Bytes of the slots of live blocks.
    bytes: u64,
    /// Bytes of the slots of blocks that were freed so far.
    wiped: u64,
}

impl Rooms {
    pub(super) const fn new() -> Self {
        Self {
            heads: [NIL; CLASSES],
            slabs: 0,
            blocks: 0,
            bytes: 0,
            wiped: 0,
        }
    }

    pub(super) fn slabs(&self) -> u32 {
        self.slabs
    }

    pub(super) fn blocks(&self) -> u64 {
        self.blocks
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn wiped_bytes(&self) -> u64 {
        self.wiped
    }

    /// Takes a slot of that class: the page its slab begins at, and its number.
    #[inline]
    pub(super) fn take(&mut self, slabs: &Slabs, class: Class) -> Option<(u32, usize)> {
        let index = self.heads[usize::from(class.index())];
        let slab = slabs.entry(index)?; // `NIL` has none
        let first = slab.first()?;
        let slot = slab.slots.take()?;
        if slab.slots.is_full() {
            self.unlink(slabs, slab);
        }
        self.blocks += 1;
        self.bytes += class.bytes() as u64;
        Some((first, slot))
    }

    /// Takes a slot back.
    #[inline]
    pub(super) fn give(&mut self, slabs: &Slabs, index: u32, slab: &Slab, slot: usize) -> Given {
        let was_full = slab.slots.is_full();
        if !slab.slots.give(slot) {
            return Given::Twice;
        }
        self.blocks -= 1;
        self.bytes -= slab.class().bytes() as u64;
        self.wiped += slab.class().bytes() as u64;
        if was_full {
            self.link(slabs, index, slab);
        }
        if slab.slots.taken() > 0 || self.is_alone(index, slab) {
            return Given::Kept;
        }
        self.remove(slabs, slab);
        Given::Emptied
    }

    /// Adds a slab that was just opened for this shard.
    pub(super) fn add(&mut self, slabs: &Slabs, index: u32, slab: &Slab) {
        self.slabs += 1;
        self.link(slabs, index, slab);
    }

    /// Takes an empty slab out, for the caller to close.
    pub(super) fn pop_empty<'s>(&mut self, slabs: &'s Slabs) -> Option<&'s Slab> {
        let slab = self.heads.iter().find_map(|&head| empty_of(slabs, head))?;
        self.remove(slabs, slab);
        Some(slab)
    }

    fn remove(&mut self, slabs: &Slabs, slab: &Slab) {
        self.unlink(slabs, slab);
        self.slabs -= 1;
    }

    /// Whether a slab in a list is the only one there.
    fn is_alone(&self, index: u32, slab: &Slab) -> bool {
        self.heads[usize::from(slab.class().index())] == index && slab.next.load(Relaxed) == NIL
    }

    fn link(&mut self, slabs: &Slabs, index: u32, slab: &Slab) {
        let head = &mut self.heads[usize::from(slab.class().index())];
        slab.next.store(*head, Relaxed);
        slab.prev.store(NIL, Relaxed);
        if let Some(next) = slabs.entry(*head) {
            next.prev.store(index, Relaxed);
        }
        *head = index;
    }

    fn unlink(&mut self, slabs: &Slabs, slab: &Slab) {
        let (next, prev) = (slab.next.load(Relaxed), slab.prev.load(Relaxed));
        if let Some(next) = slabs.entry(next) {
            next.prev.store(prev, Relaxed);
        }
        if let Some(prev) = slabs.entry(prev) {
            prev.next.store(next, Relaxed);
        } else {
            self.heads[usize::from(slab.class().index())] = next;
        }
    }
}

/// The empty slab of a list, if it has one.
fn empty_of(slabs: &Slabs, head: u32) -> Option<&Slab> {
    let next = |slab: &&Slab| slabs.entry(slab.next.load(Relaxed));
    std::iter::successors(slabs.entry(head), next).find(|slab| slab.slots.taken() == 0)
}
