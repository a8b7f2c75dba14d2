//! The free lists: one doubly linked list per size class, threaded through the side table, and a
//! bitmap of the classes that have spans.
#![forbid(unsafe_code)]

use super::table::{Span, Table, NIL};
use crate::layout::{class_of, CLASSES};
use crate::sync::atomic::Ordering;

/// How many spans of a class are compared before the best of them is taken: bounds the search.
const LOOK: usize = 16;

const WORDS: usize = CLASSES.div_ceil(64);

/// Heads of the lists. The lists hold exactly the free spans below the top.
#[derive(Debug)]
pub(super) struct Bins {
    used: [u64; WORDS],
    heads: [u32; CLASSES],
}

impl Bins {
    pub(super) const fn new() -> Self {
        Self { used: [0; WORDS], heads: [NIL; CLASSES] }
    }

    /// Adds a free span.
    pub(super) fn insert(&mut self, table: &Table, span: Span) {
        let class = class_of(span.pages);
        let head = self.heads[class];
        let entry = table.entry(span.first);
        entry.tag_or_next.store(head, Ordering::Relaxed);
        entry.prev_or_fresh.store(NIL, Ordering::Relaxed);
        if head != NIL {
            table.entry(head).prev_or_fresh.store(span.first, Ordering::Relaxed);
        }
        self.set_head(class, span.first);
    }

    /// Takes a free span out of its list.
    pub(super) fn remove(&mut self, table: &Table, span: Span) {
        let entry = table.entry(span.first);
        let next = entry.tag_or_next.load(Ordering::Relaxed);
        let prev = entry.prev_or_fresh.load(Ordering::Relaxed);
        if next != NIL {
            table.entry(next).prev_or_fresh.store(prev, Ordering::Relaxed);
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

    /// A free span of at least `pages` pages: the tightest, then the lowest, of those looked at.
    pub(super) fn best(&self, table: &Table, pages: u32) -> Option<Span> {
        let own = class_of(pages);
        self.best_of(table, own, pages).or_else(|| {
            let larger = self.next_used(own + 1)?;
            self.best_of(table, larger, pages)
        })
    }

    fn best_of(&self, table: &Table, class: usize, pages: u32) -> Option<Span> {
        self.list(table, class)
            .take(LOOK)
            .filter(|span| span.pages >= pages)
            .min_by_key(|span| (span.pages, span.first))
    }

    /// The first class from `class` on that has spans.
    fn next_used(&self, class: usize) -> Option<usize> {
        let first = class / 64;
        let masked = |word: usize| {
            let all = self.used.get(word).copied().unwrap_or(0);
            if word == first { all & (u64::MAX << (class % 64)) } else { all }
        };
        (first..WORDS).find(|&word| masked(word) != 0).map(|word| word * 64 + masked(word).trailing_zeros() as usize)
    }

    /// The spans of a class, newest first.
    fn list<'t>(&self, table: &'t Table, class: usize) -> impl Iterator<Item = Span> + 't {
        let valid = |first: u32| (first != NIL).then_some(first);
        let head = valid(self.heads[class]);
        std::iter::successors(head, move |&first| valid(table.entry(first).tag_or_next.load(Ordering::Relaxed)))
            .map(|first| table.span_at(first))
    }
}
