//! Large blocks of phases with little memory: in pages of a file, or in memory as far as a budget goes.
//!
//! A block is known by its address, so whoever frees it, and whenever, its part of the disk is given back.
//! One that is in memory on the budget is marked in the heap.

use crate::layout::{PAGE, bytes_of, pages_for, round_up};
use crate::phase::{self, Lowmem, Tag};
use crate::spans::{FILE, RAM};
use crate::store;
use std::alloc::Layout;
use std::ptr::{NonNull, null_mut};

/// No block below this is one of these.
pub(super) const LEAST: usize = Lowmem::LEAST;

/// How a block of ordinary memory is had.
pub(super) type InRam = fn(usize, Tag) -> Option<NonNull<u8>>;

/// Whether a block is in the file.
#[inline]
pub(super) fn owns(block: *const u8, layout: Layout) -> bool {
    layout.size() >= LEAST && FILE.contains(block)
}

/// A block for a phase with little memory, null if it requires a file that has no room; `None` if the
/// block is to be had where others are. In the file it reads zero.
#[inline]
pub(super) fn alloc(layout: Layout, in_ram: InRam) -> Option<*mut u8> {
    let (tag, policy) = phase::lowmem(layout.size())?;
    place(layout, in_ram, tag, policy)
}

#[cold]
#[inline(never)]
fn place(layout: Layout, in_ram: InRam, tag: Tag, policy: Lowmem) -> Option<*mut u8> {
    let file = || {
        policy
            .may_use_file()
            .then(|| in_file(layout, tag))
            .flatten()
    };
    let ram = || in_budget(layout, in_ram, tag);
    let block = if policy.prefers_file() {
        file().or_else(ram)
    } else {
        ram().or_else(file)
    };
    match block {
        Some(block) => {
            phase::charge(tag, layout.size());
            Some(block.as_ptr())
        }
        None if policy.requires_file() => {
            phase::refused(layout.size());
            Some(null_mut())
        }
        None => {
            phase::went_beyond(layout.size());
            None
        }
    }
}

fn in_file(layout: Layout, tag: Tag) -> Option<NonNull<u8>> {
    let (bytes, align) = (layout.size(), layout.align());
    let block = if align <= PAGE {
        FILE.alloc(bytes, tag)?
    } else {
        FILE.alloc_aligned(bytes, align, tag)?
    };
    if store::back(&FILE.extent(block)) {
        return Some(block);
    }
    // SAFETY: handed out just now, and nobody else knows it.
    unsafe { FILE.free(block) };
    None
}

fn in_budget(layout: Layout, in_ram: InRam, tag: Tag) -> Option<NonNull<u8>> {
    if layout.align() > PAGE {
        return None;
    }
    let bytes = bytes_of(pages_for(layout.size())?);
    if !phase::take_ram(bytes) {
        return None;
    }
    let block = in_ram(layout.size(), tag);
    match block {
        Some(block) => RAM.count(block),
        None => phase::give_ram(bytes),
    }
    block
}

/// Frees a block in the file, and gives its part of the disk back.
///
/// # Safety
/// `block` is live, was handed out by [`alloc`] or [`resize`] with `layout`, is [in the file](owns), and is not
/// used afterwards.
pub(super) unsafe fn dealloc(block: NonNull<u8>, layout: Layout) {
    store::give(&FILE.extent(block));
    // SAFETY: the caller's promise.
    let tag = unsafe { FILE.free(block) };
    phase::credit(tag, layout.size());
}

/// Makes a block in the file hold `size` bytes where it is; `false` if it cannot.
///
/// # Safety
/// As for [`dealloc`], but nobody else uses it meanwhile.
pub(super) unsafe fn resize(block: NonNull<u8>, layout: Layout, size: usize) -> bool {
    if size < LEAST {
        return false;
    }
    let before = FILE.extent(block);
    let end = before.start + round_up(size, PAGE) as u64;
    if end < before.end {
        store::give(&(end..before.end));
    }
    // SAFETY: the caller's promise.
    let Some(tag) = (unsafe { FILE.resize_in_place(block, size) }) else {
        return false;
    };
    if before.end < end && !store::back(&(before.end..end)) {
        // SAFETY: the caller's promise; it becomes as long as it was.
        unsafe { FILE.resize_in_place(block, layout.size()) };
        return false;
    }
    phase::resize(tag, layout.size(), size);
    true
}

/// Whether a block of ordinary memory goes elsewhere when it is resized: it is on the budget, or would have to be.
#[inline]
pub(super) fn moves(block: NonNull<u8>, layout: Layout, size: usize) -> bool {
    let grows = size > layout.size() && size >= LEAST && phase::lowmem(size).is_some();
    grows || is_counted(block, layout)
}

/// A block of ordinary memory is about to be free.
#[inline]
pub(super) fn leave_ram(block: NonNull<u8>, layout: Layout) {
    if is_counted(block, layout) {
        let extent = RAM.extent(block);
        phase::give_ram(usize::try_from(extent.end - extent.start).unwrap_or(0));
    }
}

#[inline]
fn is_counted(block: NonNull<u8>, layout: Layout) -> bool {
    layout.size() >= LEAST && phase::uses_ram() && RAM.is_counted(block)
}
