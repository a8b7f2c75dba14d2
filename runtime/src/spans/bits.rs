//! One bit per page, or per block of a huge page: what is known of it besides who uses it.
//!
//! A bit belongs to whoever owns its page: the user of a live span, or the heap's lock for a free
//! one. Words are shared by neighbours, so every change is an atomic read-modify-write.

use super::check;
use super::table::Span;
use crate::region::Region;
use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The bits of all committed pages, or of all blocks of them, which count as pages here.
///
/// # Invariants
/// 1. Words of committed pages are backed and were zero at first.
#[derive(Debug)]
pub(super) struct Bits {
    region: Region,
    pages: AtomicUsize,
}

const BITS: u32 = u64::BITS;

impl Bits {
    /// Address space for the bits of `pages` pages.
    pub(super) fn reserve(pages: u32) -> Option<Self> {
        let region = Region::reserve(pages as usize / 8 + 8)?;
        Some(Self {
            region,
            pages: AtomicUsize::new(0),
        })
    }

    /// Backs the bits of the first `pages` pages, in whole words.
    pub(super) fn commit(&self, pages: u32) -> bool {
        self.region.commit(pages as usize / 8 + 8)
    }

    /// How many pages have a bit, at most.
    pub(super) fn bits(&self) -> u32 {
        u32::try_from(self.region.committed().saturating_mul(8)).unwrap_or(u32::MAX)
    }

    /// How many pages have their bit set.
    pub(super) fn pages(&self) -> usize {
        self.pages.load(Ordering::Relaxed)
    }

    fn word(&self, index: u32) -> &AtomicU64 {
        let first = self.region.base().cast::<AtomicU64>();
        check(
            (index as usize + 1) * 8 <= self.region.committed(),
            "a page beyond the bits",
        );
        // SAFETY: callers ask for pages of committed spans only, so the word is inside the region (invariant 1).
        let word = unsafe { first.add(index as usize) };
        // SAFETY: the word is backed, aligned and an atomic; the region is never unmapped.
        unsafe { word.as_ref() }
    }

    /// Sets the bits of a span that the caller owns; returns how many were clear.
    #[inline]
    pub(super) fn set(&self, span: Span) -> u32 {
        let mut new = 0;
        for (index, mask) in words(span) {
            let word = self.word(index);
            if word.load(Ordering::Relaxed) & mask != mask {
                let old = word.fetch_or(mask, Ordering::Relaxed);
                new += (mask & !old).count_ones();
            }
        }
        if new > 0 {
            self.pages.fetch_add(new as usize, Ordering::Relaxed);
        }
        new
    }

    /// Clears the bits of a span that the caller owns; returns how many were set.
    pub(super) fn clear(&self, span: Span) -> u32 {
        let mut gone = 0;
        for (index, mask) in words(span) {
            let old = self.word(index).fetch_and(!mask, Ordering::Relaxed);
            gone += (mask & old).count_ones();
        }
        self.pages.fetch_sub(gone as usize, Ordering::Relaxed);
        gone
    }

    /// Whether every page of a span has its bit set.
    pub(super) fn all_set(&self, span: Span) -> bool {
        words(span).all(|(index, mask)| self.word(index).load(Ordering::Relaxed) & mask == mask)
    }

    /// How many pages of a span have their bit set.
    #[cfg(test)]
    fn count(&self, span: Span) -> u32 {
        words(span)
            .map(|(index, mask)| (self.word(index).load(Ordering::Relaxed) & mask).count_ones())
            .sum()
    }

    /// The longest runs of pages within `span` whose bits are all `set`, in ascending order.
    pub(super) fn runs(&self, span: Span, set: bool) -> impl Iterator<Item = Span> + '_ {
        let mut at = span.first;
        std::iter::from_fn(move || {
            let first = self.find(at, span.end(), set)?;
            at = self.find(first, span.end(), !set).unwrap_or(span.end());
            Some(Span {
                first,
                pages: at - first,
            })
        })
    }

    /// The first page in `from..end` whose bit is `set`.
    fn find(&self, from: u32, end: u32, set: bool) -> Option<u32> {
        if from >= end {
            return None;
        }
        words(Span::new(from, end - from)).find_map(|(index, mask)| {
            let word = self.word(index).load(Ordering::Relaxed);
            let hits = mask & if set { word } else { !word };
            (hits != 0).then(|| index * BITS + hits.trailing_zeros())
        })
    }
}

/// The words that hold the bits of `span`, each with the mask of the span's bits in it.
fn words(span: Span) -> impl Iterator<Item = (u32, u64)> {
    let (first, end) = (span.first, span.end());
    (first / BITS..end.div_ceil(BITS)).map(move |index| {
        let low = first.saturating_sub(index * BITS);
        let high = (end - index * BITS).min(BITS);
        (index, (u64::MAX << low) & (u64::MAX >> (BITS - high)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAGES: u32 = 1000;

    proptest! {
        #[test]
        fn agrees_with_a_list_of_booleans(
            changes in prop::collection::vec((0..PAGES, 1..300u32, any::<bool>()), 1..40),
            view in (0..PAGES, 1..PAGES),
        ) {
            let bits = Bits::reserve(PAGES).expect("address space");
            prop_assert!(bits.commit(PAGES));
            let mut model = vec![false; PAGES as usize];
            let span = |first: u32, pages: u32| Span { first, pages: pages.min(PAGES - first) };
            for (first, pages, set) in changes {
                let span = span(first, pages);
                let cells = &mut model[span.first as usize..span.end() as usize];
                let before = cells.iter().filter(|&&bit| bit).count();
                prop_assert_eq!(bits.count(span) as usize, before);
                if set {
                    bits.set(span);
                } else {
                    prop_assert_eq!(bits.clear(span) as usize, before);
                }
                cells.fill(set);
            }
            prop_assert_eq!(bits.pages(), model.iter().filter(|&&bit| bit).count());
            let view = span(view.0, view.1);
            let mut seen = vec![false; PAGES as usize];
            for run in bits.runs(view, true) {
                prop_assert!(run.pages > 0);
                seen[run.first as usize..run.end() as usize].fill(true);
            }
            for page in view.first..view.end() {
                prop_assert_eq!(seen[page as usize], model[page as usize]);
            }
            let clear: u32 = bits.runs(view, false).map(|run| run.pages).sum();
            prop_assert_eq!(clear + bits.count(view), view.pages);
        }
    }
}
