//! Which pages back the heap: small or huge, and when.
//!
//! No fixed answer is right. A huge page costs a fraction of its 512 small ones where the machine
//! has it at hand, and several times as much where a hypervisor must find it first; and once warm,
//! huge pages save address translation everywhere. So [`PagePolicy::Auto`] measures:
//!
//! - *growth*: every now and then the first block of a large fresh run is backed by a huge page,
//!   the next by small ones, both against the clock; the cheaper kind backs what follows.
//! - *warm*: blocks that stay are gathered into huge pages in the background, for a small share of
//!   the time spent in phases: see [`SpanHeap::gather`].
#![forbid(unsafe_code)]

use super::table::{Span, offset};
use super::{Opened, SpanHeap, blocks};
use crate::layout::{HUGE_PAGES, bytes_of, whole_pages};
use crate::os::{self, Advice};
use crate::region::Region;
use crate::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};

/// Which pages back the span heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PagePolicy {
    /// Whatever is measured to be cheaper as the heap grows; huge pages for what stays warm.
    #[default]
    Auto,
    /// Small pages, always.
    Small,
    /// Huge pages for large blocks, always.
    Huge,
}

/// Runs below this (8 MiB) are backed by small pages, whatever the policy.
const LARGE: u32 = whole_pages(8 << 20);

/// From here on (64 MiB) the two blocks that a measurement backs do not matter.
const VERY_LARGE: u32 = whole_pages(64 << 20);

/// Fresh bytes until the next measurement: after huge pages won, and after small ones won once
/// (twice as many each time they win again).
const AGAIN_AFTER_HUGE: u64 = 64 << 20;
const AGAIN_AFTER_SMALL: u64 = 256 << 20;

/// What is in force, and when to measure again.
#[derive(Debug)]
pub(super) struct Pages {
    policy: AtomicU8,
    /// For `Auto`: the kind that won last.
    winner: AtomicU8,
    /// Fresh bytes seen since the last measurement.
    seen: AtomicU64,
    /// Fresh bytes at which to measure.
    due: AtomicU64,
    /// Where [`SpanHeap::gather`] goes on.
    gathered: AtomicU32,
}

const fn from_u8(value: u8) -> PagePolicy {
    match value {
        1 => PagePolicy::Small,
        2 => PagePolicy::Huge,
        _ => PagePolicy::Auto,
    }
}

impl Pages {
    pub(super) const fn new() -> Self {
        Self {
            policy: AtomicU8::new(PagePolicy::Auto as u8),
            winner: AtomicU8::new(PagePolicy::Small as u8),
            seen: AtomicU64::new(0),
            due: AtomicU64::new(0),
            gathered: AtomicU32::new(0),
        }
    }

    pub(super) fn set(&self, policy: PagePolicy) {
        self.policy.store(policy as u8, Ordering::Relaxed);
    }

    pub(super) fn policy(&self) -> PagePolicy {
        from_u8(self.policy.load(Ordering::Relaxed))
    }

    /// The kind of pages that backs the next large fresh run: never `Auto`.
    pub(super) fn in_force(&self) -> PagePolicy {
        match self.policy() {
            PagePolicy::Auto => from_u8(self.winner.load(Ordering::Relaxed)),
            fixed => fixed,
        }
    }

    /// Part of the region was just committed: small pages unless something else is decided.
    pub(super) fn committed(region: &Region, before: usize) {
        let more = region.committed() - before;
        if let Some(start) = region.at(before).filter(|_| more > 0) {
            os::advise(start, more, Advice::Small);
        }
    }

    /// A span is about to be used.
    #[inline]
    pub(super) fn before_use(&self, parts: &Opened, span: Span) {
        if span.pages >= LARGE && self.policy() != PagePolicy::Small {
            self.back_large(parts, span);
        }
    }

    /// A span is about to be handed out as zeroes, of which some may never be touched: as
    /// [`before_use`](Self::before_use), but only a very large one is measured with.
    pub(super) fn before_zeroes(&self, parts: &Opened, span: Span) {
        if span.pages >= VERY_LARGE {
            self.before_use(parts, span);
        }
    }

    #[cold]
    fn back_large(&self, parts: &Opened, span: Span) {
        for run in parts
            .touched
            .runs(span, false)
            .filter(|run| run.pages >= LARGE)
        {
            let aligned = whole_blocks(run);
            if self.policy() == PagePolicy::Auto && self.is_due(run) {
                self.measure(parts, aligned);
            }
            if self.in_force() == PagePolicy::Huge {
                advise(parts, aligned, Advice::Huge);
            }
        }
    }

    fn is_due(&self, run: Span) -> bool {
        let seen = self
            .seen
            .fetch_add(bytes_of(run.pages) as u64, Ordering::Relaxed);
        seen >= self.due.load(Ordering::Relaxed)
    }

    /// Backs one block with a huge page and the next with small ones, and sees which was cheaper.
    fn measure(&self, parts: &Opened, aligned: Span) {
        let block = |index: u32| Span {
            first: aligned.first + index * HUGE_PAGES,
            pages: HUGE_PAGES,
        };
        advise(parts, block(0), Advice::Huge);
        let huge = time_to_back(parts, block(0));
        let small = time_to_back(parts, block(1));
        let (winner, pause) = match (huge, small) {
            (Some(huge), Some(small)) if huge < small => (PagePolicy::Huge, AGAIN_AFTER_HUGE),
            _ => (
                PagePolicy::Small,
                AGAIN_AFTER_SMALL.max(2 * self.due.load(Ordering::Relaxed)),
            ),
        };
        self.winner.store(winner as u8, Ordering::Relaxed);
        self.due.store(pause, Ordering::Relaxed);
        self.seen.store(0, Ordering::Relaxed);
    }
}

/// The aligned blocks of a run of at least two.
fn whole_blocks(run: Span) -> Span {
    let first = run.first.next_multiple_of(HUGE_PAGES);
    let end = run.end() & !(HUGE_PAGES - 1);
    Span {
        first,
        pages: end - first,
    }
}

fn advise(parts: &Opened, span: Span, advice: Advice) -> bool {
    let start = parts.region.at(offset(span.first));
    start.is_some_and(|start| os::advise(start, bytes_of(span.pages), advice))
}

/// Nanoseconds it takes to back a block; `None` if the kernel cannot be told to.
fn time_to_back(parts: &Opened, block: Span) -> Option<u64> {
    let start = os::now_ns();
    advise(parts, block, Advice::Populate).then(|| os::now_ns() - start)
}

impl SpanHeap {
    /// Gathers backed blocks into huge pages, lowest addresses first, for about `budget_ns`
    /// nanoseconds; goes on where it stopped. Does nothing unless the policy is `Auto`.
    ///
    /// Live blocks may be gathered too: the kernel keeps their content and addresses.
    pub(crate) fn gather(&self, budget_ns: u64) {
        let Some(parts) = self
            .parts()
            .filter(|_| self.pages.policy() == PagePolicy::Auto)
        else {
            return;
        };
        let committed = whole_pages(parts.region.committed()) & !(HUGE_PAGES - 1);
        let from = self.pages.gathered.load(Ordering::Relaxed);
        let rest = Span {
            first: from.min(committed),
            pages: committed.saturating_sub(from),
        };
        let end = os::now_ns().saturating_add(budget_ns);
        let stopped = blocks(parts, rest, true).find(|&first| {
            let block = Span {
                first,
                pages: HUGE_PAGES,
            };
            // Twice declined: the machine has no huge page left, so leave it in peace for now.
            !(advise(parts, block, Advice::Huge) && advise(parts, block, Advice::Collapse))
                || os::now_ns() > end
        });
        self.pages.gathered.store(
            stopped.map_or(0, |first| first + HUGE_PAGES),
            Ordering::Relaxed,
        );
    }
}
