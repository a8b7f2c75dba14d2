//! Large blocks that nobody wrote: `vec![0; n]` and `Vec::with_capacity(n)` often touch only a part.
//!
//! A page's bit says "touched" as soon as the page is handed out. For a large block with untouched
//! pages the kernel is asked once, when the block is freed, which pages it really backed; the
//! others are untouched again, so that the next zeroed block need not write them.
#![forbid(unsafe_code)]

use super::ground::Ground;
use super::table::Span;
use crate::layout::whole_pages;
use crate::os;

/// Smaller blocks are not worth the question (4 MiB).
const LARGE: u32 = whole_pages(4 << 20);

/// Pages asked about at a time.
const BATCH: u32 = 8192;

/// `part` of the live span at `first` is about to be used.
#[inline]
pub(super) fn note(ground: &Ground, first: u32, part: Span) {
    if ground.kind.of_file {
        return;
    }
    let new = ground.touched.set(part);
    if new >= LARGE {
        ground.table.set_fresh(first, true);
    }
}

/// `part` of the live span at `first` is about to be free: finds out which of its pages were touched, if in doubt.
pub(super) fn settle(ground: &Ground, first: u32, part: Span) {
    if ground.table.is_fresh(first) {
        let mut at = part.first;
        while let Some(batch) = batch_at(at, part) {
            settle_batch(ground, batch);
            at = batch.end();
        }
    }
}

fn batch_at(at: u32, span: Span) -> Option<Span> {
    let pages = (span.end() - at).min(BATCH);
    (pages > 0).then_some(Span { first: at, pages })
}

fn settle_batch(ground: &Ground, batch: Span) {
    let mut backed = [0u8; BATCH as usize];
    let backed = &mut backed[..batch.pages as usize];
    let asked = ground
        .address(batch.first)
        .is_some_and(|start| os::resident(start, backed));
    if !asked {
        return;
    }
    let mut first = batch.first;
    for run in backed.chunk_by(|a, b| a & 1 == b & 1) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a batch has BATCH pages at most"
        )]
        let pages = Span {
            first,
            pages: run.len() as u32,
        };
        first = pages.end();
        if run[0] & 1 == 0 {
            forget(ground, pages);
        }
    }
}

/// Makes pages that are not in memory read as zero for certain: a page may also be in swap.
fn forget(ground: &Ground, pages: Span) {
    if ground.give_back(pages) {
        ground.touched.clear(pages);
    }
}
