//! Warm pages go where they are needed: instead of touching new memory while freed pages lie idle
//! elsewhere, the kernel moves those pages under the new block (a change of page tables, no copy).
//!
//! Without this a heap whose free runs are warm but too short grows past what is in use; with it,
//! the backed memory follows the most that was ever in use at once.
//!
//! Whole aligned huge-page blocks are moved, never less: the kernel then moves a page table at a
//! time, huge pages stay whole, and the number of mappings stays bounded (see [`REACH`](super::REACH)).
#![forbid(unsafe_code)]

use super::central::Central;
use super::table::{Span, offset};
use super::{Opened, SpanHeap, blocks};
use crate::layout::{HUGE_PAGE, HUGE_PAGES};
use crate::os::{self, Moved};
use crate::sync::atomic::Ordering;

/// Blocks moved while the heap's lock is held once.
const BATCH: usize = 32;

/// The first pages of some blocks.
#[derive(Default)]
struct Blocks {
    first: [u32; BATCH],
    found: usize,
}

impl Blocks {
    /// Adds a block; the oldest is dropped when there are too many.
    fn push(&mut self, first: u32) {
        self.first[self.found % BATCH] = first;
        self.found += 1;
    }

    fn as_slice(&self) -> &[u32] {
        &self.first[..self.found.min(BATCH)]
    }
}

impl SpanHeap {
    /// Backs untouched blocks of a live span with pages that lie idle. `false`: the kernel lost some
    /// of the span's addresses, so nobody may use it.
    pub(super) fn transplant(&self, parts: &Opened, span: Span) -> bool {
        let mut wanted = blocks(parts, span, false).peekable();
        while wanted.peek().is_some() && !self.settled.load(Ordering::Relaxed) {
            let mut central = self.central.lock();
            let idle = idle_blocks(parts, &mut central);
            if idle.found == 0 {
                break;
            }
            for (&from, to) in idle.as_slice().iter().zip(&mut wanted) {
                if !self.move_block(parts, from, to) {
                    return false;
                }
            }
        }
        true
    }

    /// `false`: the kernel lost the addresses of `to`.
    fn move_block(&self, parts: &Opened, from: u32, to: u32) -> bool {
        let target = Span {
            first: to,
            pages: HUGE_PAGES,
        };
        match move_pages(parts, from, to) {
            Moved::Done => {
                parts.touched.set(target);
                parts.touched.clear(Span {
                    first: from,
                    pages: HUGE_PAGES,
                });
            }
            Moved::Declined => self.settled.store(true, Ordering::Relaxed),
            Moved::Lost => {
                self.settled.store(true, Ordering::Relaxed);
                parts.table.mark_lost(target);
                self.lost.store(true, Ordering::Release);
                return false;
            }
        }
        true
    }
}

/// Free blocks that are backed: those above the top, else the highest, which would be reused last.
fn idle_blocks(parts: &Opened, central: &mut Central) -> Blocks {
    let mut idle = Blocks::default();
    for free in central
        .free_spans(&parts.table, 0)
        .filter(|free| free.pages >= HUGE_PAGES)
    {
        blocks(parts, free, true).for_each(|first| idle.push(first));
    }
    if let Some(above) = super::trim::above_top(parts, central) {
        blocks(parts, above, true).for_each(|first| idle.push(first));
    }
    idle
}

fn move_pages(parts: &Opened, from: u32, to: u32) -> Moved {
    match (parts.region.at(offset(from)), parts.region.at(offset(to))) {
        (Some(source), Some(target)) => os::move_pages(source, target, HUGE_PAGE),
        _ => Moved::Declined,
    }
}
