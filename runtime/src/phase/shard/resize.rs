//! Blocks that change their size.

use super::core::{Core, Shard};
use super::owned::Use;
use crate::arena::{ArenaKind, LARGE, is_large};
use crate::error::AllocError;
use crate::layout::{PAGE, round_up};
use crate::phase::growth::Growth;
use crate::sync::atomic::Ordering;
use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::{self, NonNull};

thread_local! {
    // Const and without a destructor: also there while the thread ends.
    static ABANDONED: Cell<u64> = const { Cell::new(0) };
}

/// Bytes that blocks of any phase grew out of on this thread so far, and that nobody could use.
pub(crate) fn abandoned_by_thread() -> u64 {
    ABANDONED.get()
}

impl Core {
    /// Makes a block hold `new.size()` bytes, aligned to `new.align()`: where it is, or elsewhere with its content moved.
    ///
    /// # Safety
    /// As for [`free`](Self::free) with `old`; the block is not used at its old place any more.
    pub(in crate::phase) unsafe fn resize(
        &self,
        kind: ArenaKind,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        let stays = old.size() != 0
            && new.size() != 0
            && block.addr().get().is_multiple_of(new.align())
            && (self.bump(kind).resize_last(block, old.size(), new)
                || self.resize_in_place(kind, block, old, new));
        let grows = (1..new.size()).contains(&old.size());
        if stays {
            if grows {
                self.count_growth();
            }
            return Ok(block);
        }
        let moved = self.alloc(kind, new)?;
        if (1..=old.size()).contains(&new.size()) {
            // Whether a shorter block moves depends on where it is, which is no matter for the digest.
            self.with_shard(|shard| shard.bumps[kind as usize].unnote(new));
        }
        let bytes = old.size().min(new.size());
        // SAFETY: both blocks hold that many bytes, and live blocks do not overlap (invariant 3 of `Core`).
        unsafe { ptr::copy_nonoverlapping(block.as_ptr(), moved.as_ptr(), bytes) };
        // SAFETY: the caller's promise.
        let given_back = unsafe { self.free(kind, block, old) };
        if grows {
            self.count_growth();
            self.count_move(old.size(), new.size(), given_back);
        }
        Ok(moved)
    }

    fn count_growth(&self) {
        self.with_shard(|shard| {
            // Not `fetch_add`: one thread writes.
            let growths = shard.growths.load(Ordering::Relaxed) + 1;
            shard.growths.store(growths, Ordering::Relaxed);
        });
    }

    /// A block that grew had to move.
    #[cold]
    fn count_move(&self, old: usize, new: usize, given_back: bool) {
        let abandoned = if given_back { 0 } else { old as u64 };
        ABANDONED.set(ABANDONED.get() + abandoned);
        self.grown.add(Growth {
            growths: 0,
            copied_bytes: old as u64,
            abandoned_bytes: abandoned,
            largest_bytes: new as u64,
        });
    }

    #[cold]
    pub(super) fn resize_in_place(
        &self,
        kind: ArenaKind,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> bool {
        if is_large(old) != is_large(new) && new.size() < old.size() {
            return false; // to a chunk, so that its pages go back
        }
        let done = self.with_shard(|shard| {
            let done = is_large(old) && self.resize_block(block, new.size());
            let done = done || self.grow_chunk(shard, kind, block, old.size(), new.size());
            if done && new.size() > old.size() {
                shard.bumps[kind as usize].note(new);
            }
            done
        });
        done || new.size() <= old.size() // a shorter block may keep its tail
    }

    /// Resizes a block with pages of its own.
    pub(super) fn resize_block(&self, block: NonNull<u8>, size: usize) -> bool {
        let mut holdings = self.holdings.lock();
        let Some(owned) = holdings.block(block) else {
            return false;
        };
        let lead = block.addr().get() - owned.pages.start().addr().get();
        let Some(bytes) = lead.checked_add(size) else {
            return false;
        };
        self.resize_pages(owned, round_up(bytes, PAGE))
    }

    /// Grows a chunk for its last block. A block that has a chunk to itself gets it for its own.
    pub(super) fn grow_chunk(
        &self,
        shard: &Shard,
        kind: ArenaKind,
        block: NonNull<u8>,
        old: usize,
        new: usize,
    ) -> bool {
        let bump = &shard.bumps[kind as usize];
        let Some((start, bytes)) = bump.chunk_for(block, old, new) else {
            return false;
        };
        let mut holdings = self.holdings.lock();
        let Some(owned) = holdings.chunk(start) else {
            return false;
        };
        if !self.resize_pages(owned, round_up(bytes, PAGE).max(owned.pages.bytes())) {
            return false;
        }
        if start == block && new >= LARGE {
            owned.use_ = Use::Block;
            bump.empty();
        } else {
            // SAFETY:
            // - these are the pages of the chunk, which did not get smaller and hold `bytes` at least;
            // - `bytes` is a multiple of a grain: the block starts at one, and its size was rounded up;
            // - the block is the last one of the chunk, and ends there now.
            unsafe { bump.extend(owned.pages.bytes(), bytes) };
            shard.for_large[kind as usize].set(true);
        }
        true
    }
}
