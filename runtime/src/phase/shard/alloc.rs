//! Blocks that are handed out, and taken back.

use super::core::{Core, Shard};
use super::owned::Use;
use crate::arena::{ArenaKind, LARGE, Pages, is_large};
use crate::error::{AllocError, Cause};
use crate::layout::PAGE;
use crate::phase::{current, slots};
use crate::sync::atomic::Ordering;
use std::alloc::Layout;
use std::ptr::{self, NonNull};
/// The first chunk of a shard; each further one is twice the size of the last, up to [`MOST_CHUNK`].
const FIRST_CHUNK: usize = LARGE;
/// The largest chunk that is taken unasked: shorter than a huge page, for which the heap makes more of an effort.
const MOST_CHUNK: usize = (2 << 20) - PAGE;

impl Core {
    /// A block of uninitialised memory.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the fast path")]
    pub(in crate::phase) fn alloc(
        &self,
        kind: ArenaKind,
        layout: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        match self.bump(kind).alloc(layout) {
            Some(block) => Ok(block),
            None => self.alloc_slow(kind, layout),
        }
    }

    /// As [`alloc`](Self::alloc), where the chunk has no room, or the block is no matter for a chunk.
    #[cold]
    #[inline(never)]
    pub(in crate::phase) fn alloc_slow(
        &self,
        kind: ArenaKind,
        layout: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        if layout.size() == 0 {
            return Ok(dangling(layout));
        }
        self.with_shard(|shard| {
            if is_large(layout) {
                self.alloc_large(shard, kind, layout, false)
            } else if kind == ArenaKind::Scratch {
                self.alloc_scratch(shard, layout)
            } else {
                self.alloc_in_chunk(shard, kind, layout)
            }
        })
    }

    /// A block that reads zero. Large ones are not touched.
    pub(in crate::phase) fn alloc_zeroed(
        &self,
        kind: ArenaKind,
        layout: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        if layout.size() > 0 && is_large(layout) {
            return self.with_shard(|shard| self.alloc_large(shard, kind, layout, true));
        }
        let block = self.alloc(kind, layout)?;
        // SAFETY: a block of that size, handed out just now.
        unsafe { block.write_bytes(0, layout.size()) };
        Ok(block)
    }

    pub(super) fn alloc_in_chunk(
        &self,
        shard: &Shard,
        kind: ArenaKind,
        layout: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        let bump = &shard.bumps[kind as usize];
        if let Some(block) = bump.alloc(layout) {
            return Ok(block); // the thread got its seat just now
        }
        let last = match bump.chunk() {
            // One that was reserved tells what large blocks take, and nothing of these.
            Some((_, bytes)) if !shard.for_large[kind as usize].get() => bytes,
            _ => 0,
        };
        let bytes = last.saturating_mul(2).clamp(FIRST_CHUNK, MOST_CHUNK);
        self.refill(shard, kind, bytes, Use::Chunk)
            .or_else(|_| self.refill(shard, kind, layout.size(), Use::Chunk))?;
        bump.alloc(layout)
            .ok_or(AllocError::new(layout.size(), Cause::System))
    }

    /// Has a finger go on in a new chunk of `bytes` bytes.
    pub(super) fn refill(
        &self,
        shard: &Shard,
        kind: ArenaKind,
        bytes: usize,
        use_: Use,
    ) -> Result<(), AllocError> {
        let (start, bytes) = self.hold(kind, bytes, use_, Pages::take)?;
        // SAFETY: new pages of this phase that nobody uses; they stay (invariant 4 of `Core`); pages are aligned to more than a grain.
        unsafe { shard.bumps[kind as usize].refill(start, bytes) };
        shard.for_large[kind as usize].set(use_ == Use::Reserved);
        Ok(())
    }

    /// Has the calling thread's finger go back to the chunk that was reserved, if the phase still
    /// holds it and no finger is in it.
    ///
    /// # Safety
    /// Nobody uses a block of the phase any more.
    pub(super) unsafe fn return_to_reserved(&self) {
        const POLY: usize = ArenaKind::Poly as usize;
        self.with_shard(|shard| {
            let holdings = self.holdings.lock();
            let Some(reserved) = holdings.reserved() else {
                return;
            };
            let (start, bytes) = (reserved.pages.start(), reserved.pages.bytes());
            let is_in_it = |shard: usize| {
                let chunk = self.shards[shard].bumps[POLY].chunk();
                chunk.is_some_and(|(chunk, _)| chunk == start)
            };
            if !self.used().any(is_in_it) {
                // SAFETY: pages of this phase that nobody uses (the caller's promise), and no other finger does; as for the rest see `refill`.
                unsafe { shard.bumps[POLY].refill(start, bytes) };
                shard.for_large[POLY].set(true);
            }
        });
    }

    pub(super) fn alloc_large(
        &self,
        shard: &Shard,
        kind: ArenaKind,
        layout: Layout,
        zeroed: bool,
    ) -> Result<NonNull<u8>, AllocError> {
        let bump = &shard.bumps[kind as usize];
        if shard.for_large[kind as usize].get()
            && let Some(block) = bump.alloc_any(layout)
        {
            if zeroed {
                // SAFETY: a block of that size, handed out just now.
                unsafe { block.write_bytes(0, layout.size()) };
            }
            return Ok(block);
        }
        let take = if zeroed {
            Pages::take_zeroed
        } else {
            Pages::take
        };
        let lead = if layout.align() > PAGE {
            layout.align()
        } else {
            0
        };
        let bytes = layout
            .size()
            .checked_add(lead)
            .ok_or(AllocError::new(layout.size(), Cause::TooLarge))?;
        let (start, _) = self.hold(kind, bytes, Use::Block, take)?;
        bump.note(layout);
        let pad = start.addr().get().wrapping_neg() & (layout.align() - 1);
        // SAFETY: `pad < align <= lead` if the alignment is larger than a page, and else 0, as pages are aligned to a page.
        Ok(unsafe { start.add(pad) })
    }

    pub(super) fn alloc_scratch(
        &self,
        shard: &Shard,
        layout: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        let place = shard.scratch.get();
        // On the books of this phase below, and not on those of whichever the thread is in.
        let block = current::untracked_like(self.tag(), || {
            // SAFETY: the shard is the calling thread's (invariant 1 of `Core`), and no other borrow of the place is alive.
            let scratch = unsafe { &mut *place };
            if shard.scratch_bytes.load(Ordering::Relaxed) == 0 && slots::is_secret(self.tag()) {
                *scratch = None; // what was kept is of an ordinary phase
            }
            let scratch = scratch.get_or_insert_default();
            scratch.alloc(layout, self.plan.get().scratch_cap)
        });
        let (block, bytes) = block?;
        let before = shard.scratch_bytes.swap(bytes, Ordering::Relaxed);
        if bytes > before {
            slots::resize(self.tag(), before, bytes);
        }
        shard.bumps[ArenaKind::Scratch as usize].note(layout);
        Ok(block)
    }

    /// Takes a block back: the last one of its chunk, or one with pages of its own. Others stay until the
    /// phase ends: `false`.
    ///
    /// # Safety
    /// The block is from [`alloc`](Self::alloc) of this core with the same kind and layout, perhaps
    /// resized since, and is not used any more.
    #[inline]
    pub(in crate::phase) unsafe fn free(
        &self,
        kind: ArenaKind,
        block: NonNull<u8>,
        layout: Layout,
    ) -> bool {
        if layout.size() == 0 || self.bump(kind).free(block, layout.size()) {
            return true;
        }
        if !is_large(layout) {
            return false;
        }
        let owned = self.holdings.lock().remove_block(block);
        let Some(owned) = owned else {
            return false;
        };
        // SAFETY: the pages hold this block alone (invariant 3 of `Core`), which nobody uses any more.
        unsafe { self.release(owned) };
        true
    }
}

/// An address for a block without bytes.
fn dangling(layout: Layout) -> NonNull<u8> {
    let address = ptr::without_provenance_mut(layout.align());
    NonNull::new(address).unwrap_or(NonNull::dangling())
}
