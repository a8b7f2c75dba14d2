//! Small spans freed by a thread wait here for its next request, so that the heap's one lock stays
//! out of the way of many threads.
//!
//! A thread keeps to one shard, chosen when it first asks. Shards outlive threads: what a short
//! thread leaves behind serves the next one. Nothing is lost and nothing needs a destructor.
#![forbid(unsafe_code)]

use super::table::Span;
use crate::lock::Lock;
use crate::sync::atomic::{AtomicUsize, Ordering};
use std::cell::Cell;

/// Spans of up to this many pages (64 KiB) are kept in shards.
pub(super) const SMALL: u32 = 16;

const SHARDS: usize = 64;

/// Spans kept per size.
const DEPTH: usize = 8;

/// Pages kept per shard (1 MiB): what an idle shard can withhold from the others.
const PAGES: u32 = 256;

/// One thread's share, on cache lines of its own.
#[derive(Debug)]
#[repr(align(128))]
struct Shard {
    spans: Lock<Stacks>,
}

/// Per size, the first pages of the spans kept.
#[derive(Debug)]
struct Stacks {
    kept: [[u32; DEPTH]; SMALL as usize],
    lens: [u8; SMALL as usize],
    pages: u32,
}

impl Stacks {
    const EMPTY: Self = Self {
        kept: [[0; DEPTH]; SMALL as usize],
        lens: [0; SMALL as usize],
        pages: 0,
    };

    fn pop(&mut self, pages: u32) -> Option<Span> {
        let class = pages as usize - 1;
        let len = self.lens[class].checked_sub(1)?;
        self.lens[class] = len;
        self.pages -= pages;
        Some(Span {
            first: self.kept[class][usize::from(len)],
            pages,
        })
    }

    fn push(&mut self, span: Span) -> bool {
        let class = span.pages as usize - 1;
        let len = self.lens[class];
        if usize::from(len) == DEPTH || self.pages + span.pages > PAGES {
            return false;
        }
        self.kept[class][usize::from(len)] = span.first;
        self.lens[class] = len + 1;
        self.pages += span.pages;
        true
    }

    fn pop_any(&mut self) -> Option<Span> {
        let class = self.lens.iter().position(|&len| len > 0)?;
        self.pop(u32::try_from(class + 1).ok()?)
    }
}

/// All shards of a heap.
#[derive(Debug)]
pub(super) struct Shards([Shard; SHARDS]);

impl Shards {
    #[expect(
        clippy::large_stack_arrays,
        reason = "evaluated at compile time, for a static"
    )]
    pub(super) const fn new() -> Self {
        Self(
            [const {
                Shard {
                    spans: Lock::new(Stacks::EMPTY),
                }
            }; SHARDS],
        )
    }

    /// A kept span of exactly `pages` pages.
    #[inline]
    pub(super) fn pop(&self, pages: u32) -> Option<Span> {
        self.own().spans.lock().pop(pages)
    }

    /// Keeps a span; `false` if the shard is full.
    #[inline]
    pub(super) fn push(&self, span: Span) -> bool {
        self.own().spans.lock().push(span)
    }

    /// Hands every kept span to `give`, one at a time.
    pub(super) fn drain(&self, mut give: impl FnMut(Span)) {
        for shard in &self.0 {
            // The lock is released before `give` takes the heap's: shard locks are never held around it.
            while let Some(span) = { shard.spans.lock().pop_any() } {
                give(span);
            }
        }
    }

    /// Pages kept in all shards.
    pub(super) fn pages(&self) -> u32 {
        self.0.iter().map(|shard| shard.spans.lock().pages).sum()
    }

    /// Takes all locks, ahead of a fork.
    pub(super) fn lock_all(&self) {
        self.0.iter().for_each(|shard| shard.spans.raw().lock());
    }

    /// Releases all locks, behind a fork.
    pub(super) fn unlock_all(&self) {
        self.0.iter().for_each(|shard| shard.spans.raw().unlock());
    }

    #[inline]
    fn own(&self) -> &Shard {
        &self.0[turn() % SHARDS]
    }
}

/// A number of the calling thread's, by which it finds its shard: threads take turns.
#[inline]
pub(crate) fn turn() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    const UNSET: usize = usize::MAX;
    thread_local! {
        // Const and without a destructor: usable before `main` and while the thread ends.
        static OWN: Cell<usize> = const { Cell::new(UNSET) };
    }
    let own = OWN.get();
    if own != UNSET {
        return own;
    }
    let own = NEXT.fetch_add(1, Ordering::Relaxed) % SHARDS; // never `UNSET`
    OWN.set(own);
    own
}
