//! Giving pages back to the kernel: free ones only, the lowest addresses last, as they are reused first.
#![forbid(unsafe_code)]

use super::central::Central;
use super::figures::note_sample;
use super::ground::Ground;
use super::heap::SpanHeap;
use super::table::Span;

use crate::layout::{PAGE, whole_pages};
use crate::sync::atomic::Ordering;

/// Given back at a time: the heap's lock is free while the kernel works, but these pages are away.
const STEP: u32 = whole_pages(32 << 20);

/// Smaller parts are not tried one by one when the kernel refuses (64 KiB).
const LEAST_TRIED: u32 = whole_pages(64 << 10);

/// Free pages about to be given back.
struct Piece {
    /// What was taken out of the heap for it.
    claimed: Span,
    /// The backed run within.
    backed: Span,
}

impl SpanHeap {
    /// Gives free pages back until at most `keep` bytes of them stay backed; returns the bytes given back.
    pub(crate) fn trim(&self, keep: usize) -> usize {
        let Some(ground) = self.ground() else {
            return 0;
        };
        self.shards.drain(|span| self.free_central(ground, span));
        let mut keep = keep / PAGE;
        let (mut gone, mut last) = (0, None);
        while let Some(piece) = self.next_piece(ground, last, &mut keep) {
            gone += give_back(ground, piece.backed) as usize * PAGE;
            last = Some(piece.claimed);
        }
        self.trimmed.fetch_add(gone as u64, Ordering::Relaxed);
        self.forget_entries(ground);
        gone
    }

    /// Gives back what the side table takes for pages that nobody uses.
    fn forget_entries(&self, ground: &Ground) {
        let central = self.central.lock();
        let free = central.free_spans(&ground.table, 0);
        let above = above_top(ground, &central).filter(|above| above.pages > 0);
        let unused = free.chain(above);
        unused.for_each(|span| ground.table.forget(span));
    }

    /// Claims the first backed free pages behind `last` and beyond `keep` of them; then `last`, from
    /// which the walk could go on because it was claimed, is free again.
    fn next_piece(&self, ground: &Ground, last: Option<Span>, keep: &mut usize) -> Option<Piece> {
        let mut central = self.central.lock();
        let piece = claim_next(ground, &mut central, last.map_or(0, Span::end), keep);
        if let Some(last) = last {
            central.unclaim(&ground.table, last);
            note_sample(ground, &mut central);
        }
        piece
    }
}

fn claim_next(
    ground: &Ground,
    central: &mut Central,
    from: u32,
    keep: &mut usize,
) -> Option<Piece> {
    let mut spans = central.free_spans(&ground.table, from);
    if let Some((span, backed)) = spans.find_map(|span| Some((span, beyond(ground, span, keep)?))) {
        central.claim(&ground.table, span, backed);
        return Some(Piece {
            claimed: backed,
            backed,
        });
    }
    let backed = beyond(ground, above_top(ground, central)?, keep)?;
    let claimed = central.claim_top(&ground.table, backed.end());
    Some(Piece { claimed, backed })
}

/// The committed pages that no span covers.
pub(super) fn above_top(ground: &Ground, central: &Central) -> Option<Span> {
    let pages = ground.pages().checked_sub(central.top())?;
    Some(Span {
        first: central.top(),
        pages,
    })
}

/// Passes over `keep` backed pages of `free`; what follows of the run it stopped in, at most a step.
fn beyond(ground: &Ground, free: Span, keep: &mut usize) -> Option<Span> {
    ground.touched.runs(free, true).find_map(|run| {
        let kept = (*keep).min(run.pages as usize);
        *keep -= kept;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "at most the pages of a run"
        )]
        let (first, pages) = (run.first + kept as u32, run.pages - kept as u32);
        (pages > 0).then_some(Span {
            first,
            pages: pages.min(STEP),
        })
    })
}

/// Gives back the pages of a claimed span; returns how many. Where the kernel refuses (locked
/// pages), smaller parts are tried; the bits of what stays are kept, as it holds what it held.
fn give_back(ground: &Ground, backed: Span) -> u32 {
    if ground.give_back(backed) {
        return ground.touched.clear(backed);
    }
    if backed.pages <= LEAST_TRIED {
        return 0;
    }
    let half = backed.pages / 2;
    give_back(ground, Span::new(backed.first, half)) + give_back(ground, backed.from(half))
}
