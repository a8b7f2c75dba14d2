//! The heart of the heap, on page numbers only: which pages are free, which are live, and where
//! the never-used rest begins. Runs under the heap's lock.
#![forbid(unsafe_code)]

use super::bins::Bins;
use super::samples::Samples;
use super::table::{Span, Table, Use};

/// Page bookkeeping.
///
/// # Invariants
/// 1. The spans below `top` tile `0..top`; no two free spans touch, and none touches `top`.
/// 2. `bins` holds exactly the free spans.
#[derive(Debug)]
pub(super) struct Central {
    bins: Bins,
    /// End of the last span that is not free.
    top: u32,
    /// Pages of spans that are not free.
    in_use: u32,
    high_water: u32,
    pub(super) samples: Samples,
}

impl Central {
    pub(super) const fn new() -> Self {
        Self {
            bins: Bins::new(),
            top: 0,
            in_use: 0,
            high_water: 0,
            samples: Samples::new(),
        }
    }

    pub(super) fn top(&self) -> u32 {
        self.top
    }

    pub(super) fn in_use(&self) -> u32 {
        self.in_use
    }

    pub(super) fn high_water(&self) -> u32 {
        self.high_water
    }

    /// Reuses a free span for `pages` pages. `None` if there is none, or if there are only cold ones
    /// while the pages above the top are warm.
    pub(super) fn reuse(
        &mut self,
        table: &Table,
        pages: u32,
        warm: impl Fn(Span) -> bool,
    ) -> Option<Span> {
        let best = self.bins.best(table, pages, &warm)?;
        if !best.warm && warm(Span::new(self.top, pages)) {
            return None;
        }
        self.bins.remove(table, best.span);
        Some(self.split(table, best.span, pages))
    }

    /// Takes `pages` pages from page `first` on, at or above the top; the caller has backed them.
    pub(super) fn extend(&mut self, table: &Table, first: u32, pages: u32) -> Span {
        let gap = Span::new(self.top, first - self.top);
        let span = Span::new(first, pages);
        self.top = span.end();
        let span = self.hand_out(table, span);
        if gap.pages > 0 {
            self.file(table, gap);
        }
        span
    }

    /// Takes a span back.
    pub(super) fn release(&mut self, table: &Table, span: Span) {
        self.in_use -= span.pages;
        self.put(table, span);
    }

    /// Grows a live span in place to `pages` pages, into a free neighbour; `false` if there is no room.
    pub(super) fn grow_into_free(&mut self, table: &Table, span: Span, pages: u32) -> bool {
        if span.end() == self.top {
            return false;
        }
        let Some(next) = table.free_at(span.end()) else {
            return false;
        };
        let more = pages - span.pages;
        if next.pages < more {
            return false;
        }
        self.bins.remove(table, next);
        self.split(table, next, more);
        table.mark(
            Span {
                first: span.first,
                pages,
            },
            Use::Live,
        );
        true
    }

    /// Grows the last span in place; the caller has seen that it ends at the top and backed the pages.
    pub(super) fn grow_top(&mut self, table: &Table, span: Span, pages: u32) {
        self.top = span.first + pages;
        self.in_use += pages - span.pages;
        self.high_water = self.high_water.max(self.in_use);
        table.mark(
            Span {
                first: span.first,
                pages,
            },
            Use::Live,
        );
    }

    /// Cuts a live span down to `pages` pages.
    pub(super) fn shrink(&mut self, table: &Table, span: Span, pages: u32) {
        table.mark(
            Span {
                first: span.first,
                pages,
            },
            Use::Live,
        );
        let tail = Span::new(span.first + pages, span.pages - pages);
        self.release(table, tail);
    }

    /// Cuts the first `pages` pages off a live span; the rest of it, which has no owner yet.
    pub(super) fn behead(&mut self, table: &Table, span: Span, pages: u32) -> Span {
        let rest = span.from(pages);
        mark_live(table, rest);
        self.release(table, Span::new(span.first, pages));
        rest
    }

    /// All free spans from page `from` (where a span begins) to the top, lowest first.
    pub(super) fn free_spans<'t>(
        &self,
        table: &'t Table,
        from: u32,
    ) -> impl Iterator<Item = Span> + use<'t> {
        let (mut at, top) = (from, self.top);
        std::iter::from_fn(move || {
            while at < top {
                let span = table.span_at(at);
                at = span.end();
                if table.usage(span.first) == Some(Use::Free) {
                    return Some(span);
                }
            }
            None
        })
    }

    /// Whether nobody uses any page of a range.
    pub(super) fn is_free(&self, table: &Table, range: Span) -> bool {
        let holds = |free: Span| free.first <= range.first && range.end() <= free.end();
        range.first >= self.top || self.free_spans(table, 0).any(holds)
    }

    /// Takes `part` out of the free span `free` for a while, though nobody uses it.
    pub(super) fn claim(&mut self, table: &Table, free: Span, part: Span) {
        self.bins.remove(table, free);
        let before = Span::new(free.first, part.first - free.first);
        let after = Span::new(part.end(), free.end() - part.end());
        for rest in [before, after] {
            if rest.pages > 0 {
                self.file(table, rest);
            }
        }
        mark_live(table, part);
    }

    /// Takes everything from the top up to page `end` for a while, though nobody uses it.
    pub(super) fn claim_top(&mut self, table: &Table, end: u32) -> Span {
        let span = Span::new(self.top, end - self.top);
        self.top = end;
        mark_live(table, span);
        span
    }

    /// Takes a claimed span back.
    pub(super) fn unclaim(&mut self, table: &Table, span: Span) {
        self.put(table, span);
    }

    /// Hands out the low end of a free span that is in no list; the rest goes back to the lists.
    fn split(&mut self, table: &Table, free: Span, pages: u32) -> Span {
        if free.pages > pages {
            self.file(table, Span::new(free.first + pages, free.pages - pages));
        }
        self.hand_out(
            table,
            Span {
                first: free.first,
                pages,
            },
        )
    }

    fn hand_out(&mut self, table: &Table, span: Span) -> Span {
        self.in_use += span.pages;
        self.high_water = self.high_water.max(self.in_use);
        mark_live(table, span);
        span
    }

    /// Records a span as free.
    fn file(&mut self, table: &Table, span: Span) {
        table.mark(span, Use::Free);
        self.bins.insert(table, span);
    }

    /// Joins `span` with its free neighbours and files the result.
    fn put(&mut self, table: &Table, mut span: Span) {
        if let Some(before) = table.free_before(span.first) {
            self.bins.remove(table, before);
            span = Span::new(before.first, before.pages + span.pages);
        }
        if span.end() == self.top {
            self.top = span.first;
            return;
        }
        if let Some(after) = table.free_at(span.end()) {
            self.bins.remove(table, after);
            span.pages += after.pages;
        }
        self.file(table, span);
    }
}

/// Records a span as live, with no owner yet.
fn mark_live(table: &Table, span: Span) {
    table.set_tag(span.first, 0);
    table.set_fresh(span.first, false);
    table.mark(span, Use::Live);
}
