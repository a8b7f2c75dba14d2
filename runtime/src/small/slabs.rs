//! What is known about each slab, kept outside the slabs and found by page number.

use super::class::{Class, SLAB_PAGES};
use super::slots::Slots;
use crate::layout::round_up;
use crate::region::Region;
use crate::sync::atomic::{AtomicU8, AtomicU32, Ordering::Relaxed};
use std::mem::size_of;

/// One slab's entry. All zero: no slab.
///
/// `first`, `class` and `shard` stay as they are while a block of the slab is live, so its owner may
/// read them; everything else belongs to the lock of the slab's shard. Relaxed atomics do: who asks
/// about a page has a block or a span there, and an entry changes its mind about a page before the
/// page is handed out, or after it was given back. The locks on that way order the two.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct Slab {
    /// The slab's first page, plus one.
    first: AtomicU32,
    class: AtomicU8,
    shard: AtomicU8,
    /// Neighbours in the list of the shard; see `rooms`.
    pub(super) next: AtomicU32,
    pub(super) prev: AtomicU32,
    pub(super) slots: Slots,
}

impl Slab {
    /// The slab's first page.
    #[inline]
    pub(super) fn first(&self) -> Option<u32> {
        self.first.load(Relaxed).checked_sub(1)
    }

    #[inline]
    pub(super) fn class(&self) -> Class {
        Class::from_index(self.class.load(Relaxed))
    }

    /// The shard whose lock guards the slab.
    #[inline]
    pub(super) fn shard(&self) -> u8 {
        self.shard.load(Relaxed)
    }

    /// Records that a slab begins at page `first`, whose slots are all free.
    pub(super) fn open(&self, first: u32, class: Class, shard: u8) {
        self.class.store(class.index(), Relaxed);
        self.shard.store(shard, Relaxed);
        self.slots.reset(class.slots());
        self.first.store(first + 1, Relaxed);
    }

    /// Records that the slab is gone; returns its first page.
    pub(super) fn close(&self) -> Option<u32> {
        self.slots.reset(0);
        self.first.swap(0, Relaxed).checked_sub(1)
    }

    #[inline]
    fn has(&self, page: u32) -> bool {
        self.first()
            .is_some_and(|first| page.wrapping_sub(first) < SLAB_PAGES)
    }
}

/// Entries backed at a time (a quarter of a MiB, and as many slabs' worth of pages).
const COMMIT_STEP: usize = 256 << 10;

/// The entries of a heap, one for each [`SLAB_PAGES`] pages.
///
/// # Invariants
/// 1. Entries below `self.entries()` are backed and were zero at first: every bit pattern is a `Slab`.
/// 2. A slab has the entry `first / SLAB_PAGES`. No other slab has it: slabs do not overlap, so
///    their first pages are at least [`SLAB_PAGES`] apart.
#[derive(Debug)]
pub(super) struct Slabs {
    region: Region,
}

impl Slabs {
    /// Address space for the entries of a heap of `pages` pages.
    pub(super) fn reserve(pages: u32) -> Option<Self> {
        let entries = pages.div_ceil(SLAB_PAGES) as usize;
        let region = Region::reserve(entries * size_of::<Slab>())?;
        Some(Self { region })
    }

    #[inline]
    fn entries(&self) -> usize {
        self.region.committed() / size_of::<Slab>()
    }

    /// An entry; `None` if it is not backed, so never was a slab's.
    #[inline]
    pub(super) fn entry(&self, index: u32) -> Option<&Slab> {
        if index as usize >= self.entries() {
            return None;
        }
        let first = self.region.base().cast::<Slab>();
        // SAFETY: the entry is backed, as was just seen, so inside the region.
        let entry = unsafe { first.add(index as usize) };
        // SAFETY:
        // - the entry is backed and valid (invariant 1), and aligned: 64 divides its size and the page's;
        // - all its fields are atomics, so sharing it is sound; the region is unmapped with `self`.
        Some(unsafe { entry.as_ref() })
    }

    /// The slab that a page is part of: one that begins among the same [`SLAB_PAGES`] pages, or
    /// among those before (invariant 2).
    #[inline]
    pub(super) fn with_page(&self, page: u32) -> Option<(u32, &Slab)> {
        let same = page / SLAB_PAGES;
        let candidate = |index| Some((index, self.entry(index)?));
        candidate(same)
            .filter(|(_, slab)| slab.has(page))
            .or_else(|| candidate(same.checked_sub(1)?).filter(|(_, slab)| slab.has(page)))
    }

    /// The entry for a new slab that begins at page `first`, backed if need be.
    pub(super) fn for_slab(&self, first: u32) -> Option<(u32, &Slab)> {
        let index = first / SLAB_PAGES;
        let end = (index as usize + 1) * size_of::<Slab>();
        let generous = round_up(end, COMMIT_STEP).min(self.region.len());
        if !self.region.commit(generous) && !self.region.commit(end) {
            return None;
        }
        Some((index, self.entry(index)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::alloc::Layout;

    #[test]
    fn every_page_finds_its_slab() {
        let class = Class::of(Layout::new::<[u8; 100]>()).expect("a class");
        let slabs = Slabs::reserve(1 << 20).expect("address space");
        assert!(slabs.with_page(5).is_none(), "nothing is backed");
        // Back to back, and with gaps of all widths.
        let mut first = 3;
        let firsts: Vec<u32> = (0..200)
            .map(|at| {
                first += SLAB_PAGES + at % (2 * SLAB_PAGES + 1);
                first
            })
            .collect();
        for &first in &firsts {
            let (_, slab) = slabs.for_slab(first).expect("memory");
            assert_eq!(slab.first(), None, "an entry of its own");
            slab.open(first, class, 7);
        }
        for page in 0..first + 3 * SLAB_PAGES {
            let expected = firsts
                .iter()
                .find(|&&at| (at..at + SLAB_PAGES).contains(&page));
            let found = slabs.with_page(page).and_then(|(_, slab)| slab.first());
            assert_eq!(found, expected.copied(), "page {page}");
        }
        let (_, slab) = slabs.with_page(firsts[9]).expect("a slab");
        assert_eq!((slab.class(), slab.shard()), (class, 7));
        assert_eq!(slab.close(), Some(firsts[9]));
        assert!(slabs.with_page(firsts[9] + 1).is_none());
    }

    #[test]
    fn the_last_page_has_an_entry() {
        let slabs = Slabs::reserve(SLAB_PAGES * 3 + 1).expect("address space");
        assert!(slabs.for_slab(SLAB_PAGES * 3).is_some());
    }
}
