//! Whole pages, taken from the span heap and given back.

use crate::layout::{PAGE, round_up};
use crate::spans::RAM;
use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr::NonNull;

/// A run of pages that is ours.
///
/// Dropping it leaks the pages: giving them back needs the promise that nobody uses them any more.
///
/// # Invariants
/// 1. `start..start + bytes` came from [`RAM`], or from [`System`] with the layout of
///    [`Pages::layout`], and was not given back.
/// 2. `bytes` is a positive multiple of [`PAGE`] and at most `isize::MAX`.
#[derive(Debug)]
pub(crate) struct Pages {
    start: NonNull<u8>,
    bytes: usize,
}

// SAFETY: pages are memory without an owner thread; who touches the bytes proves its own exclusion.
unsafe impl Send for Pages {}

impl Pages {
    /// Pages for at least `bytes` bytes; `None` if there is no room.
    pub(crate) fn take(bytes: usize) -> Option<Self> {
        Self::take_by(
            bytes,
            |bytes| RAM.alloc(bytes, 0),
            // SAFETY: the size is not zero.
            |layout| unsafe { System.alloc(layout) },
        )
    }

    /// As [`take`](Self::take), and they read zero.
    pub(crate) fn take_zeroed(bytes: usize) -> Option<Self> {
        Self::take_by(
            bytes,
            |bytes| RAM.alloc_zeroed(bytes, 0),
            // SAFETY: the size is not zero.
            |layout| unsafe { System.alloc_zeroed(layout) },
        )
    }

    fn take_by(
        bytes: usize,
        from_heap: impl FnOnce(usize) -> Option<NonNull<u8>>,
        from_system: impl FnOnce(Layout) -> *mut u8,
    ) -> Option<Self> {
        let layout = Self::layout(round_up(bytes.max(1), PAGE))?;
        RAM.open_default();
        let start = from_heap(layout.size()).or_else(|| NonNull::new(from_system(layout)))?;
        Some(Self {
            start,
            bytes: layout.size(),
        })
    }

    fn layout(bytes: usize) -> Option<Layout> {
        Layout::from_size_align(bytes, PAGE).ok()
    }

    /// The first byte.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// How many bytes there are.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether an address is inside.
    pub(crate) fn contains(&self, at: NonNull<u8>) -> bool {
        at.addr().get().wrapping_sub(self.start.addr().get()) < self.bytes
    }

    /// Makes it hold `bytes` bytes where it is; `false` if it cannot grow there.
    ///
    /// # Safety
    /// Nobody uses what is cut off.
    pub(crate) unsafe fn resize(&mut self, bytes: usize) -> bool {
        let Some(layout) = Self::layout(round_up(bytes.max(1), PAGE)) else {
            return false;
        };
        if layout.size() == self.bytes {
            return true;
        }
        if !RAM.contains(self.start.as_ptr()) {
            return false;
        }
        // SAFETY: a live block of the heap (invariant 1), ours alone but for the caller's promise.
        let done = unsafe { RAM.resize_in_place(self.start, layout.size()) }.is_some();
        if done {
            self.bytes = layout.size();
        }
        done
    }

    /// Gives the pages back.
    ///
    /// # Safety
    /// Nobody uses them any more.
    pub(crate) unsafe fn give_back(self) {
        if RAM.contains(self.start.as_ptr()) {
            // SAFETY: a live block of the heap (invariant 1), done with (the caller's promise).
            unsafe { RAM.free(self.start) };
        } else if let Some(layout) = Self::layout(self.bytes) {
            // SAFETY: from `System` with this layout (invariant 1), done with (the caller's promise).
            unsafe { System.dealloc(self.start.as_ptr(), layout) };
        }
    }
}
