//! The free lists: one doubly linked list per size class, threaded through the side table, and a
//! bitmap of the classes that have spans.
#![forbid(unsafe_code)]

use super::table::{NIL, Span, Table};
use crate::layout::{CLASSES, class_of};
use crate::sync::atomic::Ordering;

/// How many spans of a class are compared before the best of them is taken: bounds the search.
const LOOK: usize = 16;

/// How many classes are tried for a warm span.
const CLASSES_TRIED: usize = 8;

const WORDS: usize = CLASSES.div_ceil(64);

/// A free span that is large enough.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) span: Span,
    /// Whether the pages that would be used are backed.
    pub(super) warm: bool,
}

/// Heads of the lists. The lists hold exactly the free spans below the top.
#[derive(Debug)]
pub(super) struct Bins {
    used: [u64; WORDS],
    heads: [u32; CLASSES],
}

impl Bins {
    pub(super) const fn new() -> Self {
        Self {
            used: [0; WORDS],
            heads: [NIL; CLASSES],
        }
    }

    /// Adds a free span.
    pub(super) fn insert(&mut self, table: &Table, span: Span) {
        let class = class_of(span.pages);
        let head = self.heads[class];
        let entry = table.entry(span.first);
        entry.tag_or_next.store(head, Ordering::Relaxed);
        entry.prev_or_fresh.store(NIL, Ordering::Relaxed);
        if head != NIL {
            table
                .entry(head)
                .prev_or_fresh
                .store(span.first, Ordering::Relaxed);
        }
        self.set_head(class, span.first);
    }

    /// Takes a free span out of its list.
    pub(super) fn remove(&mut self, table: &Table, span: Span) {
        let entry = table.entry(span.first);
        let next = entry.tag_or_next.load(Ordering::Relaxed);
        let prev = entry.prev_or_fresh.load(Ordering::Relaxed);
        if next != NIL {
            table
                .entry(next)
                .prev_or_fresh
                .store(prev, Ordering::Relaxed);
        }
        if prev == NIL {
            self.set_head(class_of(span.pages), next);
        } else {
            table.entry(prev).tag_or_next.store(next, Ordering::Relaxed);
        }
    }

    fn set_head(&mut self, class: usize, head: u32) {
        self.heads[class] = head;
        let bit = 1 << (class % 64);
        if head == NIL {
            self.used[class / 64] &= !bit;
        } else {
            self.used[class / 64] |= bit;
        }
    }

    /// A free span of at least `pages` pages: a warm one if the search finds one, then the tightest,
    /// then the lowest.
    pub(super) fn best(
        &self,
        table: &Table,
        pages: u32,
        warm: impl Fn(Span) -> bool,
    ) -> Option<Candidate> {
        let mut class = class_of(pages);
        let mut cold = None;
        for _ in 0..CLASSES_TRIED {
            let best = self.best_of(table, class, pages, &warm);
            if best.is_some_and(|best| best.warm) {
                return best;
            }
            cold = cold.or(best);
            match self.next_used(class + 1) {
                Some(next) => class = next,
                None => break,
            }
        }
        cold
    }

    fn best_of(
        &self,
        table: &Table,
        class: usize,
        pages: u32,
        warm: impl Fn(Span) -> bool,
    ) -> Option<Candidate> {
        self.list(table, class)
            .take(LOOK)
            .filter(|span| span.pages >= pages)
            .map(|span| Candidate {
                span,
                warm: warm(Span::new(span.first, pages)),
            })
            .min_by_key(|best| (!best.warm, best.span.pages, best.span.first))
    }

    /// The first class from `class` on that has spans.
    fn next_used(&self, class: usize) -> Option<usize> {
        let first = class / 64;
        let masked = |word: usize| {
            let all = self.used.get(word).copied().unwrap_or(0);
            if word == first {
                all & (u64::MAX << (class % 64))
            } else {
                all
            }
        };
        (first..WORDS)
            .find(|&word| masked(word) != 0)
            .map(|word| word * 64 + masked(word).trailing_zeros() as usize)
    }

    /// The spans of a class, newest first.
    fn list<'t>(&self, table: &'t Table, class: usize) -> impl Iterator<Item = Span> + 't {
        let valid = |first: u32| (first != NIL).then_some(first);
        let head = valid(self.heads[class]);
        std::iter::successors(head, move |&first| {
            valid(table.entry(first).tag_or_next.load(Ordering::Relaxed))
        })
        .map(|first| table.span_at(first))
    }
}
