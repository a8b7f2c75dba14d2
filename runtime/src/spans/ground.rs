//! The three mappings under a heap: the pages, an entry for each, a bit for each.
#![forbid(unsafe_code)]

use super::bits::Bits;
use super::check;
use super::kind::HeapKind;
use super::locks::Locks;
use super::policy::Pages;
use super::table::{Span, Table, Use};
use crate::layout::{HUGE_PAGES, PAGE, bytes_of, pages_for, round_up, whole_pages};
use crate::os::{self, Advice};
use crate::region::Region;
use std::ptr::NonNull;

/// Largest reservation that is tried.
const RESERVE_MOST: usize = 1 << 40;

/// Only blocks below this page are moved or gathered (32 GiB): each may become a mapping of its
/// own, and a process may have 65,530 of them.
pub(super) const REACH: u32 = 16_384 * HUGE_PAGES;

/// What an opened heap stands on.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) region: Region,
    pub(super) table: Table,
    /// A page's bit is set once it was handed out, and clear again when it was given back: then it
    /// reads zero.
    pub(super) touched: Bits,
    /// A block's bit is set once it was gathered, and clear again when pages of it were given back.
    gathered: Bits,
    pub(super) kind: HeapKind,
    pub(super) locks: Locks,
}

impl Ground {
    /// Reserves addresses for as much as `most` and the limits of the process allow.
    pub(super) fn reserve(kind: HeapKind, most: usize) -> Option<Self> {
        let region = if kind.secret {
            protected
        } else {
            Region::reserve
        };
        Self::of(kind, most, region)
    }

    /// As [`reserve`](Self::reserve), where `region` makes the region of that length, or declines.
    pub(super) fn of(
        kind: HeapKind,
        most: usize,
        region: impl Fn(usize) -> Option<Region>,
    ) -> Option<Self> {
        // Other users of the address space (stacks, libraries, the inner allocator) need a share too.
        let fair = os::address_space_limit().map_or(usize::MAX, |limit| limit / kind.share);
        let most = most.min(fair).min(RESERVE_MOST);
        let halves = std::iter::successors(Some(most), |len| Some(len / 2));
        halves
            .take_while(|&len| len >= kind.reserve_least.min(most) && len >= PAGE)
            .find_map(|len| Self::of_length(kind, len, &region))
    }

    fn of_length(
        kind: HeapKind,
        len: usize,
        region: &impl Fn(usize) -> Option<Region>,
    ) -> Option<Self> {
        let pages = pages_for(len)?;
        let touched = Bits::reserve(pages)?;
        let blocks = REACH / HUGE_PAGES;
        let gathered = Bits::reserve(blocks).filter(|bits| bits.commit(blocks))?;
        let table = Table::reserve(pages)?;
        Some(Self {
            region: region(len)?,
            table,
            touched,
            gathered,
            kind,
            locks: Locks::new(),
        })
    }

    /// Pages that are backed and have an entry and a bit.
    pub(super) fn pages(&self) -> u32 {
        let region = whole_pages(self.region.committed());
        region.min(self.table.entries()).min(self.touched.bits())
    }

    /// Backs all pages below `end`, and their entries and bits: a step more where the kernel allows
    /// it, exactly so many where it does not. Runs under the heap's lock.
    pub(super) fn back(&self, end: u32) -> bool {
        if end <= self.pages() {
            return true;
        }
        if bytes_of(end) > self.region.len() {
            return false;
        }
        let generous = round_up(bytes_of(end), self.kind.step).min(self.region.len());
        self.back_exactly(whole_pages(generous)) || self.back_exactly(end)
    }

    fn back_exactly(&self, end: u32) -> bool {
        if !self.table.commit(end) || !self.touched.commit(end) {
            return false;
        }
        let before = self.region.committed();
        let done = self.region.commit_if(bytes_of(end), |start, bytes| {
            !self.kind.secret || self.locks.lock(start, bytes)
        });
        Pages::committed(&self.region, before);
        done
    }

    /// Gives the pages of a span back to the kernel, which then read zero; `false` if it declines.
    /// Nobody may own them.
    pub(super) fn give_back(&self, span: Span) -> bool {
        let advise = |start, advice| os::advise(start, bytes_of(span.pages), advice);
        let done = self.address(span.first).is_some_and(|start| {
            // Our own locks do not stand in the way, those of others do.
            advise(start, Advice::GiveBack)
                || self.kind.secret && advise(start, Advice::GiveBackLocked)
        });
        if let Some(blocks) = blocks_of(span).filter(|_| done) {
            self.gathered.clear(blocks);
        }
        done
    }

    /// Whether a block was gathered, and is whole since.
    pub(super) fn is_gathered(&self, block: Span) -> bool {
        blocks_of(block).is_none_or(|bit| self.gathered.all_set(bit))
    }

    /// Records that a block was gathered.
    pub(super) fn set_gathered(&self, block: Span) {
        if let Some(bit) = blocks_of(block) {
            self.gathered.set(bit);
        }
    }

    /// Records that what was under block `from` is under `to` now, and nothing under `from`.
    pub(super) fn note_move(&self, from: Span, to: Span) {
        self.touched.set(to);
        self.touched.clear(from);
        if self.is_gathered(from) {
            self.set_gathered(to);
        }
        if let Some(bit) = blocks_of(from) {
            self.gathered.clear(bit);
        }
    }

    /// The address of a page.
    pub(super) fn address(&self, page: u32) -> Option<NonNull<u8>> {
        self.region.at(bytes_of(page))
    }

    /// The page of an address within the region.
    #[inline]
    pub(super) fn page_of(&self, at: *const u8) -> u32 {
        whole_pages(at.addr() - self.region.base().as_ptr().addr())
    }

    /// The live span that begins with `block`.
    #[inline]
    pub(super) fn span_of(&self, block: NonNull<u8>) -> Span {
        let span = self.table.span_at(self.page_of(block.as_ptr()));
        check(
            self.table.usage(span.first) == Some(Use::Live),
            "a block is freed or resized that is not live",
        );
        span
    }

    /// The aligned huge-page blocks within `span` whose pages are all touched, or all untouched.
    pub(super) fn blocks(&self, span: Span, touched: bool) -> impl Iterator<Item = Span> + '_ {
        self.touched.runs(span, touched).flat_map(|run| {
            let first = run.first.next_multiple_of(HUGE_PAGES);
            let end = run.end().min(REACH);
            let starts = (first..end).step_by(HUGE_PAGES as usize);
            starts
                .map(|first| Span::new(first, HUGE_PAGES))
                .filter(move |block| block.end() <= end)
        })
    }

    /// Whether a free span needs no new pages. Large ones count as warm: they are backed by
    /// [`transplant`](super::SpanHeap::transplant) where anything is idle.
    pub(super) fn is_warm(&self, span: Span) -> bool {
        span.pages >= 2 * HUGE_PAGES || (span.end() <= self.pages() && self.touched.all_set(span))
    }
}

/// The blocks within reach that have pages of a span.
fn blocks_of(span: Span) -> Option<Span> {
    let first = span.first / HUGE_PAGES;
    let end = span.end().min(REACH).div_ceil(HUGE_PAGES);
    let pages = end.checked_sub(first).filter(|&blocks| blocks > 0)?;
    Some(Span { first, pages })
}

/// Addresses for secrets. What the kernel is told of all of them at once holds for every page from the
/// moment it is committed; whether it agreed is for `protection` to find out.
fn protected(len: usize) -> Option<Region> {
    let region = Region::reserve_guarded(len)?;
    region.advise(Advice::NoDump);
    region.advise(Advice::WipeOnFork);
    Some(region)
}
