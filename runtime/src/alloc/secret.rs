//! Blocks of witness phases: where they come from, and where they go back to.
//!
//! A block is known by its address, so whoever frees it, and whenever, it is wiped. What was a secret
//! stays one: a block that is resized after its phase does not leave the heap of witnesses.

use crate::layout::PAGE;
use crate::phase::{self, Tag};
use crate::small::{SMALL, SmallHeap};
use crate::spans::WITNESS;
use std::alloc::Layout;
use std::ptr::{NonNull, null_mut};

/// Whether a block is one of these.
#[inline]
pub(super) fn owns(block: *const u8) -> bool {
    WITNESS.contains(block)
}

/// A block that reads zero; null if there is no room, as nothing else may hold it.
#[inline]
pub(super) fn alloc(layout: Layout, tag: Tag) -> *mut u8 {
    let block = if SmallHeap::serves(layout) {
        SMALL.alloc(layout)
    } else {
        alloc_span(layout, tag)
    };
    block.map_or(null_mut(), NonNull::as_ptr)
}

fn alloc_span(layout: Layout, tag: Tag) -> Option<NonNull<u8>> {
    let (bytes, align) = (layout.size(), layout.align());
    let block = if align <= PAGE {
        WITNESS.alloc(bytes, tag)
    } else {
        WITNESS.alloc_aligned(bytes, align, tag)
    };
    block.inspect(|_| phase::charge(tag, bytes))
}

/// Wipes a block and frees it.
///
/// # Safety
/// `block` is live, was handed out by [`alloc`] or [`resize`] with `layout`, and is not used afterwards.
#[inline]
pub(super) unsafe fn dealloc(block: NonNull<u8>, layout: Layout) {
    if let Some(small) = SMALL.find(block) {
        // SAFETY: the caller's promise.
        unsafe { SMALL.free(small) };
    } else {
        // SAFETY: the caller's promise; what is not in a slab is a span.
        let tag = unsafe { WITNESS.free(block) };
        phase::credit(tag, layout.size());
    }
}

/// Makes a block hold `size` bytes where it is; `false` if it cannot.
///
/// # Safety
/// `block` is live, was handed out by [`alloc`] with `layout`, and nobody else uses it meanwhile;
/// `size` with the layout's alignment is a layout.
pub(super) unsafe fn resize(block: NonNull<u8>, layout: Layout, size: usize) -> bool {
    // SAFETY: the caller's promise.
    let target = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
    if let Some(small) = SMALL.find(block) {
        // SAFETY: the caller's promise.
        return unsafe { small.resize_in_place(target) };
    }
    if SmallHeap::serves(target) {
        return false; // a slot instead of pages
    }
    // SAFETY: the caller's promise; what is not in a slab is a span.
    match unsafe { WITNESS.resize_in_place(block, size) } {
        Some(tag) => {
            phase::resize(tag, layout.size(), size);
            true
        }
        None => false,
    }
}
