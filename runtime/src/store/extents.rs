//! Which pages of the file are free, and which of those have blocks of the disk: numbers only.
//!
//! ```text
//! file | live | free, backed | live | free, a hole | live | beyond the end
//!      0                                                 end
//! ```
#![forbid(unsafe_code)]

use super::pieces::{Pieces, Run};

/// Bookkeeping of the file's pages.
///
/// First fit, over runs of free pages that touch: what was used before is used again before the file grows.
///
/// # Invariants
/// 1. All of `free` is below `end`.
/// 2. `backed` is the number of pages below `end` that are live, or free with blocks.
#[derive(Debug, Default)]
pub(super) struct Extents {
    free: Pieces,
    end: u64,
    backed: u64,
}

/// Pages that were free a moment ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) run: Run,
    /// Those of them that have no blocks yet.
    pub(super) bare: Vec<Run>,
}

impl Taken {
    /// How many pages need blocks.
    pub(super) fn bare_pages(&self) -> u64 {
        self.bare.iter().map(|run| run.end - run.start).sum()
    }
}

impl Extents {
    /// Where the file ends.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Pages with blocks.
    pub(super) fn backed(&self) -> u64 {
        self.backed
    }

    /// Whether `pages` pages in a row make the file longer.
    pub(super) fn would_grow(&self, pages: u64) -> bool {
        self.free.first_fit(pages, self.end) + pages > self.end
    }

    /// Takes `pages` pages in a row; the caller gives blocks to those that have none, or calls [`undo`](Self::undo).
    pub(super) fn take(&mut self, pages: u64) -> Taken {
        let start = self.free.first_fit(pages, self.end);
        let run = start..start + pages;
        let mut bare = Vec::new();
        if run.end > self.end {
            bare.push(self.end.max(start)..run.end);
            self.end = run.end;
        }
        bare.extend(self.free.take_out(&run));
        let taken = Taken { run, bare };
        self.backed += taken.bare_pages();
        taken
    }

    /// Takes back pages that have blocks.
    pub(super) fn give(&mut self, run: Run) {
        self.free.join(run, true);
    }

    /// Takes back what was taken, whose bare pages still are.
    pub(super) fn undo(&mut self, taken: &Taken) {
        let mut at = taken.run.start;
        let mut bare = taken.bare.clone();
        bare.sort_by_key(|run| run.start);
        self.backed -= taken.bare_pages();
        for hole in bare {
            self.free.join(at..hole.start, true);
            at = hole.end;
            self.free.join(hole, false);
        }
        self.free.join(at..taken.run.end, true);
        self.end = self.free.without_last_hole(self.end);
    }

    /// Makes holes of all free pages, and the file end with the last live one. Returns the new holes.
    pub(super) fn trim(&mut self) -> Vec<Run> {
        let mut backed = self.free.all(true);
        self.backed -= backed.iter().map(|run| run.end - run.start).sum::<u64>();
        self.free.make_holes(&backed);
        self.end = self.free.without_last_hole(self.end);
        backed.retain(|run| run.start < self.end);
        backed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Extents {
        fn free_pages(&self, backed: bool) -> u64 {
            let all = self.free.all(backed).into_iter();
            all.map(|run| run.end - run.start).sum()
        }

        fn check(&self, live: &[Run]) {
            self.free.check();
            for free in [true, false]
                .into_iter()
                .flat_map(|backed| self.free.all(backed))
            {
                let apart = |run: &Run| run.end <= free.start || free.end <= run.start;
                assert!(free.end <= self.end && live.iter().all(apart), "{self:?}");
            }
            let in_use: u64 = live.iter().map(|run| run.end - run.start).sum();
            assert_eq!(self.backed, in_use + self.free_pages(true));
            assert_eq!(self.end, self.backed + self.free_pages(false));
        }
    }

    /// A range that is clearly one element of a list.
    fn run(start: u64, end: u64) -> Run {
        start..end
    }

    #[test]
    fn neighbours_serve_together_what_neither_could() {
        let mut extents = Extents::default();
        let runs: Vec<Run> = (0..4).map(|_| extents.take(4).run).collect();
        extents.give(runs[1].clone());
        assert_eq!(extents.trim(), [run(4, 8)]);
        extents.give(runs[2].clone());
        let taken = extents.take(7);
        assert_eq!((taken.run, taken.bare), (4..11, vec![run(4, 8)]));
        assert_eq!(extents.end(), 16);
    }

    #[test]
    fn the_last_free_pages_grow_with_the_file() {
        let mut extents = Extents::default();
        let (_first, second) = (extents.take(2), extents.take(3));
        extents.give(second.run);
        let taken = extents.take(5);
        assert_eq!((taken.run, taken.bare), (2..7, vec![run(5, 7)]));
    }

    #[test]
    fn a_file_without_live_pages_is_empty_once_trimmed() {
        let mut extents = Extents::default();
        let runs: Vec<Run> = (1..5).map(|pages| extents.take(pages).run).collect();
        for run in runs {
            extents.give(run);
        }
        assert_eq!(extents.backed(), 10);
        assert_eq!(extents.trim(), []);
        assert_eq!((extents.end(), extents.backed()), (0, 0));
    }

    proptest! {
        #[test]
        fn pages_have_one_owner(steps in prop::collection::vec((0u8..10, 1u64..40), 1..200)) {
            let (mut extents, mut live) = (Extents::default(), Vec::<Run>::new());
            for (step, size) in steps {
                match step {
                    0..5 => {
                        let (end, grows) = (extents.end(), extents.would_grow(size));
                        let taken = extents.take(size);
                        prop_assert_eq!(grows, extents.end() > end);
                        prop_assert_eq!(taken.run.end - taken.run.start, size);
                        live.push(taken.run);
                    }
                    5 => {
                        let (end, backed) = (extents.end(), extents.backed());
                        let taken = extents.take(size);
                        extents.undo(&taken);
                        prop_assert!(extents.end() <= end && extents.backed() == backed);
                    }
                    6 => { extents.trim(); }
                    7 if !live.is_empty() => {
                        // The end of one is cut off.
                        let at = usize::try_from(size).unwrap_or(0) % live.len();
                        let run = &mut live[at];
                        let end = run.end;
                        if end - run.start > 1 {
                            run.end -= 1;
                            extents.give(end - 1..end);
                        }
                    }
                    _ if !live.is_empty() => {
                        let at = usize::try_from(size).unwrap_or(0) % live.len();
                        extents.give(live.swap_remove(at));
                    }
                    _ => {}
                }
                extents.check(&live);
            }
        }
    }
}
