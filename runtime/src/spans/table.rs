//! The side table: what is known about each page, kept outside the pages.
//!
//! Only the first and the last page of a span carry an entry that means something:
//!
//! ```text
//! pages    | a: live, 3 pages     | b: free, 2    | c: live, 1 |  above the top: nothing
//! entries  | len 3 |   .  | len 3 | len 2 | len 2 | len 1      |
//! ```

use super::check;
use crate::layout::{PAGE, round_up};
use crate::os::{self, Advice};
use crate::region::Region;
use crate::sync::atomic::{AtomicU32, Ordering};
use std::mem::size_of;

/// No page.
pub(super) const NIL: u32 = u32::MAX;

/// What a span is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Use {
    /// In the free lists.
    Free = 1,
    /// Handed out.
    Live = 2,
    /// Freed by its user, kept in a shard for the next one. The last page still says `Live`.
    Cached = 3,
    /// Not ours any more: the kernel took the addresses away, and somebody else may have them.
    Lost = 4,
}

impl Use {
    const fn of(word: u32) -> Option<Self> {
        match word {
            1 => Some(Self::Free),
            2 => Some(Self::Live),
            3 => Some(Self::Cached),
            4 => Some(Self::Lost),
            _ => None,
        }
    }
}

/// A run of pages handled as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Index of the first page.
    pub(crate) first: u32,
    /// How many pages.
    pub(crate) pages: u32,
}

impl Span {
    pub(crate) const fn new(first: u32, pages: u32) -> Self {
        Self { first, pages }
    }

    /// What follows the first `pages` pages.
    pub(crate) const fn from(self, pages: u32) -> Self {
        Self::new(self.first + pages, self.pages - pages)
    }

    pub(crate) const fn end(self) -> u32 {
        self.first + self.pages
    }

    const fn last(self) -> u32 {
        self.first + self.pages - 1
    }
}

/// One page's entry. All zero means: never part of a span.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Entry {
    /// Pages of the span that begins or ends here.
    len: AtomicU32,
    /// A [`Use`].
    usage: AtomicU32,
    /// First page, live: the tag of the owner. First page, free: the next span of its class.
    pub(super) tag_or_next: AtomicU32,
    /// First page, free: the previous span of its class. First page, live: its marks.
    pub(super) prev_or_fresh: AtomicU32,
}

/// The entries of all committed pages.
///
/// # Invariants
/// 1. Entries below `self.entries()` are backed and were zero at first: every bit pattern is an `Entry`.
/// 2. The spans below the heap's top tile it without gap or overlap; their boundary entries are current.
#[derive(Debug)]
pub(super) struct Table {
    region: Region,
}

impl Table {
    /// Address space for the entries of `pages` pages.
    pub(super) fn reserve(pages: u32) -> Option<Self> {
        let region = Region::reserve(pages as usize * size_of::<Entry>())?;
        Some(Self { region })
    }

    /// Backs the entries of the first `pages` pages.
    pub(super) fn commit(&self, pages: u32) -> bool {
        self.region.commit(pages as usize * size_of::<Entry>())
    }

    /// Gives back the memory of the entries inside `span`, which nobody uses: they mean nothing.
    pub(super) fn forget(&self, span: Span) {
        let start = round_up((span.first as usize + 1) * size_of::<Entry>(), PAGE);
        let end = (span.last() as usize * size_of::<Entry>()) & !(PAGE - 1);
        if let Some(at) = self.region.at(start).filter(|_| start < end) {
            os::advise(at, end - start, Advice::GiveBack);
        }
    }

    /// How many pages have an entry.
    pub(super) fn entries(&self) -> u32 {
        u32::try_from(self.region.committed() / size_of::<Entry>()).unwrap_or(u32::MAX)
    }

    /// Bytes of entries that are in memory.
    #[cfg(all(test, target_os = "linux"))]
    pub(super) fn resident(&self) -> usize {
        let mut backed = vec![0; self.region.committed() / PAGE];
        assert!(os::resident(self.region.base(), &mut backed));
        backed.iter().filter(|&&page| page & 1 == 1).count() * PAGE
    }

    #[inline]
    pub(super) fn entry(&self, page: u32) -> &Entry {
        check(page < self.entries(), "a page beyond the side table");
        let first = self.region.base().cast::<Entry>();
        // SAFETY: callers ask for pages of committed spans only, so the entry is inside the region (invariant 1).
        let entry = unsafe { first.add(page as usize) };
        // SAFETY: the entry is backed, aligned (16 divides the page size) and valid (invariant 1);
        // all its fields are atomics, so sharing it is sound; the region is never unmapped.
        unsafe { entry.as_ref() }
    }

    /// Writes both boundary entries of `span`.
    #[inline]
    pub(super) fn mark(&self, span: Span, usage: Use) {
        for page in [span.last(), span.first] {
            let entry = self.entry(page);
            entry.len.store(span.pages, Ordering::Relaxed);
            entry.usage.store(usage as u32, Ordering::Relaxed);
        }
    }

    /// The span that begins at `first`.
    #[inline]
    pub(super) fn span_at(&self, first: u32) -> Span {
        let pages = self.entry(first).len.load(Ordering::Relaxed);
        Span { first, pages }
    }

    /// The free span that begins at `first`, if one does.
    pub(super) fn free_at(&self, first: u32) -> Option<Span> {
        (self.usage(first) == Some(Use::Free)).then(|| self.span_at(first))
    }

    /// The free span that ends just before `page`, if one does.
    pub(super) fn free_before(&self, page: u32) -> Option<Span> {
        let last = page.checked_sub(1)?;
        if self.usage(last) != Some(Use::Free) {
            return None;
        }
        let pages = self.entry(last).len.load(Ordering::Relaxed);
        Some(Span {
            first: page - pages,
            pages,
        })
    }

    /// What the span that begins (or ends) at `page` is used for.
    #[inline]
    pub(super) fn usage(&self, page: u32) -> Option<Use> {
        Use::of(self.entry(page).usage.load(Ordering::Acquire))
    }

    /// Changes the use recorded at the first page of a span that is not free.
    #[inline]
    pub(super) fn set_usage(&self, first: u32, usage: Use) {
        self.entry(first)
            .usage
            .store(usage as u32, Ordering::Release);
    }

    /// Records that each page of a range is gone.
    pub(super) fn mark_lost(&self, range: Span) {
        for page in range.first..range.end() {
            self.entry(page)
                .usage
                .store(Use::Lost as u32, Ordering::Release);
        }
    }

    /// The owner's tag of a live span.
    #[inline]
    pub(super) fn tag(&self, first: u32) -> u32 {
        self.entry(first).tag_or_next.load(Ordering::Relaxed)
    }

    /// Records the owner of a span that is about to be live.
    #[inline]
    pub(super) fn set_tag(&self, first: u32, tag: u32) {
        self.entry(first).tag_or_next.store(tag, Ordering::Relaxed);
    }

    /// Takes the tag away: of several callers one gets it.
    #[inline]
    pub(super) fn take_tag(&self, first: u32) -> u32 {
        if self.tag(first) == 0 {
            return 0;
        }
        self.entry(first).tag_or_next.swap(0, Ordering::Relaxed)
    }

    /// Hands a live span from one owner to another; `false` if `from` did not own it any more.
    pub(super) fn retag(&self, first: u32, from: u32, to: u32) -> bool {
        let tag = &self.entry(first).tag_or_next;
        tag.compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }

    /// Whether a live span was handed out with pages that were never touched: perhaps they still are not.
    pub(super) fn is_fresh(&self, first: u32) -> bool {
        self.entry(first).prev_or_fresh.load(Ordering::Relaxed) & FRESH != 0
    }

    /// Whether a live span is on somebody's budget.
    pub(super) fn is_counted(&self, first: u32) -> bool {
        self.entry(first).prev_or_fresh.load(Ordering::Relaxed) & COUNTED != 0
    }

    /// Records what [`is_counted`](Self::is_counted) answers until the span is free.
    pub(super) fn set_counted(&self, first: u32) {
        let entry = self.entry(first);
        entry.prev_or_fresh.fetch_or(COUNTED, Ordering::Relaxed);
    }

    /// Records what [`is_fresh`](Self::is_fresh) answers.
    pub(super) fn set_fresh(&self, first: u32, fresh: bool) {
        self.entry(first)
            .prev_or_fresh
            .store(if fresh { FRESH } else { 0 }, Ordering::Relaxed);
    }
}

/// Mark of a fresh live span.
const FRESH: u32 = 1;
/// Mark of a live span on a budget.
const COUNTED: u32 = 2;
