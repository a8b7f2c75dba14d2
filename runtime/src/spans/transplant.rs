//! Warm pages go where they are needed: instead of touching new memory while freed pages lie idle
//! elsewhere, the kernel moves those pages under the new block (a change of page tables, no copy).
//!
//! Without this a heap whose free runs are warm but too short grows past what is in use; with it,
//! the backed memory follows the most that was ever in use at once.
//!
//! Whole aligned huge-page blocks are moved, never less: the kernel then moves a page table at a
//! time, huge pages stay whole, and the number of mappings stays bounded (see `REACH` in `ground`).
//!
//! What lies idle in a secret heap reads zero, so that no secret is moved.
#![forbid(unsafe_code)]

use super::central::Central;
use super::ground::Ground;
use super::heap::SpanHeap;
use super::locks::Locks;
use super::table::Span;
use super::trim::above_top;

use crate::layout::{HUGE_PAGE, HUGE_PAGES};
use crate::os::{self, Moved};
use crate::sync::atomic::Ordering;

/// Blocks moved while the heap's lock is held once.
const BATCH: usize = 32;

/// Some blocks, by their first pages.
#[derive(Default)]
struct Blocks {
    first: [u32; BATCH],
    found: usize,
}

impl Blocks {
    /// Adds a block; the oldest is dropped when there are too many.
    fn push(&mut self, block: Span) {
        self.first[self.found % BATCH] = block.first;
        self.found += 1;
    }

    fn as_slice(&self) -> &[u32] {
        &self.first[..self.found.min(BATCH)]
    }
}

impl SpanHeap {
    /// Whether pages can be moved. Those of a secret heap are as long as all are locked, or none.
    pub(super) fn can_move(&self, ground: &Ground) -> bool {
        let settled = self.settled.load(Ordering::Relaxed);
        !settled && (!self.kind.secret || ground.locks.gap() == 0)
    }

    /// Backs untouched blocks of a live span with pages that lie idle. `false`: the kernel lost some
    /// of the span's addresses, so nobody may use it.
    pub(super) fn transplant(&self, ground: &Ground, span: Span) -> bool {
        let mut wanted = ground.blocks(span, false).peekable();
        while wanted.peek().is_some() && self.can_move(ground) {
            let central = self.central.lock();
            let idle = idle_blocks(ground, &central);
            if idle.found == 0 {
                break;
            }
            for (&from, to) in idle.as_slice().iter().zip(&mut wanted) {
                if !self.move_block(ground, Span::new(from, HUGE_PAGES), to) {
                    return false;
                }
            }
        }
        true
    }

    /// `false`: the kernel lost the addresses of `to`.
    fn move_block(&self, ground: &Ground, from: Span, to: Span) -> bool {
        // The kernel unlocks the whole mapping that moved pages were part of, and goes on counting it.
        let ends = || {
            let ends = [from, to].into_iter().filter(|_| self.kind.secret);
            ends.filter_map(|end| ground.address(end.first))
        };
        ends().for_each(|start| Locks::unlock(start, HUGE_PAGE));
        let moved = move_pages(ground, from, to);
        if moved != Moved::Lost {
            ends().for_each(|start| ground.locks.lock_again(start, HUGE_PAGE));
        }
        match moved {
            Moved::Done => {
                ground.note_move(from, to);
                self.moved.fetch_add(HUGE_PAGE as u64, Ordering::Relaxed);
            }
            Moved::Declined => self.settled.store(true, Ordering::Relaxed),
            Moved::Lost => {
                self.settled.store(true, Ordering::Relaxed);
                ground.table.mark_lost(to);
                self.lost.store(true, Ordering::Release);
                return false;
            }
        }
        true
    }
}

/// Free blocks that are backed: those above the top, else the highest, which would be reused last.
fn idle_blocks(ground: &Ground, central: &Central) -> Blocks {
    let mut idle = Blocks::default();
    let below = central
        .free_spans(&ground.table, 0)
        .filter(|free| free.pages >= HUGE_PAGES);
    for free in below.chain(above_top(ground, central)) {
        ground.blocks(free, true).for_each(|block| idle.push(block));
    }
    idle
}

fn move_pages(ground: &Ground, from: Span, to: Span) -> Moved {
    match (ground.address(from.first), ground.address(to.first)) {
        (Some(source), Some(target)) => os::move_pages(source, target, HUGE_PAGE),
        _ => Moved::Declined,
    }
}
