//! Free pages of the file, in pieces: numbers only.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::ops::Range;

/// Page numbers of the file, from the first to one past the last.
pub(super) type Run = Range<u64>;

/// Free pages.
///
/// # Invariants
/// 1. No piece is empty and no two overlap; two that touch differ in `backed`.
#[derive(Debug, Default)]
pub(super) struct Pieces(BTreeMap<u64, Piece>);

/// Free pages, known by the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    end: u64,
    /// They have blocks of the disk.
    backed: bool,
}

impl Pieces {
    /// The lowest page that `pages` free ones follow; at worst the file, which ends with `end`, grows.
    pub(super) fn first_fit(&self, pages: u64, end: u64) -> u64 {
        let mut run = 0..0;
        for (&start, piece) in &self.0 {
            if start != run.end {
                run.start = start;
            }
            run.end = piece.end;
            if run.end - run.start >= pages {
                return run.start;
            }
        }
        if run.end == end { run.start } else { end }
    }

    /// All pieces with blocks, or all without.
    pub(super) fn all(&self, backed: bool) -> Vec<Run> {
        let alike = self.0.iter().filter(|(_, piece)| piece.backed == backed);
        alike.map(|(&start, piece)| start..piece.end).collect()
    }

    /// Takes the pages of `run` out, as far as they are here. Returns those without blocks.
    pub(super) fn take_out(&mut self, run: &Run) -> Vec<Run> {
        let mut bare = Vec::new();
        for (start, piece) in self.overlapping(run) {
            self.0.remove(&start);
            if start < run.start {
                self.file(start..run.start, piece.backed);
            }
            if run.end < piece.end {
                self.file(run.end..piece.end, piece.backed);
            }
            if !piece.backed {
                bare.push(start.max(run.start)..piece.end.min(run.end));
            }
        }
        bare
    }

    /// Records pages as free, and joins them with their like.
    pub(super) fn join(&mut self, mut run: Run, backed: bool) {
        if run.is_empty() {
            return;
        }
        if let Some((&start, piece)) = self.0.range(..run.start).next_back()
            && (piece.end, piece.backed) == (run.start, backed)
        {
            run.start = start;
        }
        if let Some(&piece) = self.0.get(&run.end)
            && piece.backed == backed
        {
            self.0.remove(&run.end);
            run.end = piece.end;
        }
        self.file(run, backed);
    }

    /// Makes holes of pieces that have blocks.
    pub(super) fn make_holes(&mut self, backed: &[Run]) {
        for run in backed {
            self.0.remove(&run.start);
            self.join(run.clone(), false);
        }
    }

    /// Takes a hole at the end off the file. Returns where the file ends then.
    pub(super) fn without_last_hole(&mut self, end: u64) -> u64 {
        match self.0.last_key_value() {
            Some((&start, piece)) if piece.end == end && !piece.backed => {
                self.0.remove(&start);
                start
            }
            _ => end,
        }
    }

    /// Pieces that have pages of `run`.
    fn overlapping(&self, run: &Run) -> Vec<(u64, Piece)> {
        let before = self.0.range(..run.start).next_back();
        before
            .into_iter()
            .chain(self.0.range(run.clone()))
            .filter(|(_, piece)| piece.end > run.start)
            .map(|(&start, &piece)| (start, piece))
            .collect()
    }

    /// Records pages as free.
    fn file(&mut self, run: Run, backed: bool) {
        let end = run.end;
        self.0.insert(run.start, Piece { end, backed });
    }
}

#[cfg(test)]
impl Pieces {
    /// Panics unless the invariant holds.
    pub(super) fn check(&self) {
        let mut last: Option<(u64, bool)> = None;
        for (&start, piece) in &self.0 {
            assert!(start < piece.end, "{self:?}");
            let apart = last.is_none_or(|(end, backed)| {
                end < start || (end == start && backed != piece.backed)
            });
            assert!(apart, "{self:?}");
            last = Some((piece.end, piece.backed));
        }
    }
}
