//! The bump arena: a finger that moves through a chunk of pages.

use super::kind::mix;
use crate::layout::{PAGE, round_up};
use crate::sync::atomic::{AtomicU64, Ordering};
use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

/// Every block starts at a multiple of this: a cache line, and the widest vector register.
pub(crate) const GRAIN: usize = 64;

/// Blocks from here on get pages of their own, which go back as soon as the block is freed; unless
/// there is a chunk to be used up (see `alloc_any`).
pub(crate) const LARGE: usize = 64 << 10;

/// Whether a block gets pages of its own.
#[inline]
pub(crate) const fn is_large(layout: Layout) -> bool {
    layout.size() >= LARGE || layout.align() > PAGE
}

/// Whether a block is for a chunk: neither large nor without bytes.
#[inline]
const fn is_for_chunk(layout: Layout) -> bool {
    layout.size().wrapping_sub(1) < LARGE - 1 && layout.align() <= PAGE
}

/// One thread's finger in one arena of a phase.
///
/// All zero bytes are an empty one.
///
/// # Invariants
/// 1. `start <= finger <= limit`, all inside one run of pages that is the phase's, or all null.
/// 2. `finger` is a multiple of [`GRAIN`].
/// 3. What lies above `finger` belongs to nobody.
/// 4. One thread at a time uses it; only `digest` and `bytes` are read by others.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Bump {
    finger: Cell<*mut u8>,
    limit: Cell<*mut u8>,
    start: Cell<*mut u8>,
    digest: AtomicU64,
}

impl Bump {
    /// A block of uninitialised memory, unless it is large or has no bytes, or there is no room in the chunk.
    ///
    /// A finger without a chunk is not written to: threads share one (see `seat`).
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "with a constant layout a few instructions remain"
    )]
    pub(crate) fn alloc(&self, layout: Layout) -> Option<NonNull<u8>> {
        if !is_for_chunk(layout) {
            return None;
        }
        let finger = self.finger.get();
        // No overflow: both steps are small (`is_for_chunk`), and no allocation reaches the end of the address space.
        let block = start_of(finger, layout);
        let end = block.wrapping_add(round_up(layout.size(), GRAIN));
        if end > self.limit.get() {
            return None;
        }
        self.finger.set(end);
        self.note(layout);
        // SAFETY: without a chunk the limit is null, which no `end` is; so there is a chunk, and what lies in it is not null.
        Some(unsafe { NonNull::new_unchecked(block) })
    }

    /// As [`alloc`](Self::alloc), for blocks of any size but none: a chunk that was reserved, or
    /// grew, is there to be used up.
    pub(crate) fn alloc_any(&self, layout: Layout) -> Option<NonNull<u8>> {
        debug_assert!(layout.size() > 0, "{layout:?} has no bytes");
        let block = start_of(self.finger.get(), layout);
        let room = self.limit.get().addr().checked_sub(block.addr())?;
        let size = round_up(layout.size(), GRAIN);
        if size > room {
            return None;
        }
        self.finger.set(block.wrapping_add(size));
        self.note(layout);
        NonNull::new(block)
    }

    /// Counts a request in the digest.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "see `alloc`")]
    pub(crate) fn note(&self, layout: Layout) {
        self.count(mix(layout));
    }

    /// Takes a request off the digest.
    pub(crate) fn unnote(&self, layout: Layout) {
        self.count(mix(layout).wrapping_neg());
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "see `alloc`")]
    fn count(&self, share: u64) {
        // Not `fetch_add`: one thread writes (invariant 4), and others see some value or another.
        let digest = self.digest.load(Ordering::Relaxed).wrapping_add(share);
        self.digest.store(digest, Ordering::Relaxed);
    }

    /// The sum over the requests so far.
    pub(crate) fn digest(&self) -> u64 {
        self.digest.load(Ordering::Relaxed)
    }

    /// Whether a block of `size` bytes is the last one in the chunk.
    #[inline]
    fn is_last(&self, block: NonNull<u8>, size: usize) -> bool {
        // The start counts: a block of another chunk may end where an empty one of ours begins.
        let end = block.as_ptr().wrapping_add(round_up(size, GRAIN));
        end == self.finger.get() && block.as_ptr() >= self.start.get()
    }

    /// Takes a block back if it is the last one; `false` if it stays until the phase ends.
    #[inline]
    pub(crate) fn free(&self, block: NonNull<u8>, size: usize) -> bool {
        let last = self.is_last(block, size);
        if last {
            // In the provenance of the chunk, not of the block.
            let back = self.finger.get().wrapping_sub(round_up(size, GRAIN));
            self.finger.set(back);
        }
        last
    }

    /// Makes the last block `new` bytes long where it is; `false` if it is not the last or there is no room.
    #[inline]
    pub(crate) fn resize_last(&self, block: NonNull<u8>, old: usize, new: Layout) -> bool {
        if !self.is_last(block, old) || round_up(new.size(), GRAIN) > self.room_from(block) {
            return false;
        }
        let offset = block.addr().get() - self.start.get().addr();
        let end = offset + round_up(new.size(), GRAIN);
        self.finger.set(self.start.get().wrapping_add(end));
        if new.size() > old {
            self.note(new);
        }
        true
    }

    /// Bytes from a block of the chunk up to the limit.
    fn room_from(&self, block: NonNull<u8>) -> usize {
        self.limit.get().addr() - block.addr().get()
    }

    /// If the block is the last one: the start of the chunk, and the bytes it would need to hold
    /// `new` bytes in place of the block.
    pub(crate) fn chunk_for(
        &self,
        block: NonNull<u8>,
        old: usize,
        new: usize,
    ) -> Option<(NonNull<u8>, usize)> {
        if !self.is_last(block, old) {
            return None;
        }
        let offset = block.addr().get() - self.start.get().addr();
        let bytes = offset.checked_add(round_up(new, GRAIN))?;
        NonNull::new(self.start.get()).map(|start| (start, bytes))
    }

    /// Continues in another chunk.
    ///
    /// # Safety
    /// `start..start + bytes` is the phase's, nobody uses it, and it stays until the bump is
    /// emptied; `start` is a multiple of [`GRAIN`].
    pub(crate) unsafe fn refill(&self, start: NonNull<u8>, bytes: usize) {
        self.start.set(start.as_ptr());
        self.finger.set(start.as_ptr());
        self.limit.set(start.as_ptr().wrapping_add(bytes));
    }

    /// The chunk has `bytes` bytes now, of which `used` are.
    ///
    /// # Safety
    /// As for [`refill`](Self::refill); the chunk did not get smaller, `used` is a multiple of
    /// [`GRAIN`], at most `bytes`, and what is in use of the chunk lies below.
    pub(crate) unsafe fn extend(&self, bytes: usize, used: usize) {
        self.limit.set(self.start.get().wrapping_add(bytes));
        self.finger.set(self.start.get().wrapping_add(used));
    }

    /// Starts over in the same chunk.
    ///
    /// # Safety
    /// Nobody uses a block of the chunk any more.
    pub(crate) unsafe fn rewind(&self) {
        self.finger.set(self.start.get());
    }

    /// Forgets the chunk.
    pub(crate) fn empty(&self) {
        self.start.set(null_mut());
        self.finger.set(null_mut());
        self.limit.set(null_mut());
    }

    /// Starts the digest over.
    pub(crate) fn clear_digest(&self) {
        self.digest.store(0, Ordering::Relaxed);
    }

    /// The chunk: its start and size; none if there is none.
    pub(crate) fn chunk(&self) -> Option<(NonNull<u8>, usize)> {
        let start = NonNull::new(self.start.get())?;
        Some((start, self.room_from(start)))
    }
}

/// What a block is aligned to, beyond [`GRAIN`].
#[inline(always)]
#[expect(clippy::inline_always, reason = "see `Bump::alloc`")]
const fn alignment(bytes: usize, align: usize) -> usize {
    if bytes >= PAGE && align < PAGE {
        PAGE
    } else {
        align
    }
}

/// Where one more block ends in a chunk whose blocks end at `end` so far; saturates.
pub(crate) const fn block_end(end: usize, bytes: usize, align: usize) -> usize {
    if bytes == 0 {
        return end;
    }
    let align = alignment(bytes, align);
    // A chunk starts at a page: beyond that, where the next multiple is shows only then.
    let start = if align > PAGE {
        round_up(end, PAGE).saturating_add(align - PAGE)
    } else if align > GRAIN {
        round_up(end, align)
    } else {
        end // invariant 2
    };
    start.saturating_add(round_up(bytes, GRAIN))
}

/// Where a block starts when the finger is there.
#[inline(always)]
#[expect(clippy::inline_always, reason = "see `Bump::alloc`")]
fn start_of(finger: *mut u8, layout: Layout) -> *mut u8 {
    let align = alignment(layout.size(), layout.align());
    if align <= GRAIN {
        finger // invariant 2
    } else {
        // Not `round_up`: no address is near the end, and a check for it would be a third of this path.
        finger.map_addr(|address| address.wrapping_add(align - 1) & !(align - 1))
    }
}
