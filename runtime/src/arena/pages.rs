//! Whole pages, taken from the span heaps and given back.

use super::kind::ArenaKind;
use crate::error::{AllocError, Cause};
use crate::layout::{PAGE, round_up};
use crate::spans::{RAM, SpanHeap, WITNESS};
use allocator_api2::alloc::{AllocError as Refused, Allocator};
use std::alloc::{GlobalAlloc, Layout, System};
use std::num::NonZero;
use std::ptr::{self, NonNull};

/// A run of pages that is ours.
///
/// Dropping it leaks the pages: giving them back needs the promise that nobody uses them any more.
///
/// # Invariants
/// 1. `start..start + bytes` came from [`RAM`], from [`WITNESS`], or from [`System`] with the layout
///    of [`Pages::layout`], and was not given back; pages of a witness came from [`WITNESS`].
/// 2. `bytes` is a positive multiple of [`PAGE`] and at most `isize::MAX`.
#[derive(Debug)]
pub(crate) struct Pages {
    start: NonNull<u8>,
    bytes: usize,
}

// SAFETY: pages are memory without an owner thread; who touches the bytes proves its own exclusion.
unsafe impl Send for Pages {}

impl Pages {
    /// Pages for at least `bytes` bytes of an arena; `None` if there is no room.
    pub(crate) fn take(kind: ArenaKind, bytes: usize) -> Option<Self> {
        if kind == ArenaKind::Witness {
            return Self::take_secret(bytes, |bytes| WITNESS.alloc(bytes, 0));
        }
        Self::take_by(
            bytes,
            |bytes| RAM.alloc(bytes, 0),
            // SAFETY: the size is not zero.
            |layout| unsafe { System.alloc(layout) },
        )
    }

    /// As [`take`](Self::take), and they read zero.
    pub(crate) fn take_zeroed(kind: ArenaKind, bytes: usize) -> Option<Self> {
        if kind == ArenaKind::Witness {
            return Self::take_secret(bytes, |bytes| WITNESS.alloc_zeroed(bytes, 0));
        }
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

    /// Where there is no room for secrets, nothing else will do.
    fn take_secret(
        bytes: usize,
        from_heap: impl FnOnce(usize) -> Option<NonNull<u8>>,
    ) -> Option<Self> {
        let bytes = Self::layout(round_up(bytes.max(1), PAGE))?.size();
        WITNESS.open_default();
        let start = from_heap(bytes)?;
        Some(Self { start, bytes })
    }

    /// Why pages of an arena were refused just now.
    #[cold]
    pub(crate) fn refusal(kind: ArenaKind, bytes: usize) -> AllocError {
        if kind == ArenaKind::Witness {
            WITNESS.refusal(bytes)
        } else {
            AllocError::new(bytes, Cause::System)
        }
    }

    /// The heap that they are from, unless they are the system's.
    fn heap(&self) -> Option<&'static SpanHeap> {
        let start = self.start.as_ptr();
        [&RAM, &WITNESS]
            .into_iter()
            .find(|heap| heap.contains(start))
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

    /// Whether they can do without this record of them: the heap knows them by their first byte alone.
    pub(crate) fn are_known_by(&self, block: NonNull<u8>) -> bool {
        block == self.start && RAM.contains(block.as_ptr())
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
        let Some(heap) = self.heap() else {
            return false;
        };
        // SAFETY: a live block of the heap (invariant 1), ours alone but for the caller's promise.
        let done = unsafe { heap.resize_in_place(self.start, layout.size()) }.is_some();
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
        if let Some(heap) = self.heap() {
            // SAFETY: a live block of the heap (invariant 1), done with (the caller's promise).
            unsafe { heap.free(self.start) };
        } else if let Some(layout) = Self::layout(self.bytes) {
            // SAFETY: from `System` with this layout (invariant 1), done with (the caller's promise).
            unsafe { System.dealloc(self.start.as_ptr(), layout) };
        }
    }
}

/// An address for a block without bytes.
const NOWHERE: NonZero<usize> = NonZero::new(PAGE).expect("a page has bytes");

/// Pages as an allocator: every block has pages of its own, none if it has no bytes, and no phase has
/// it on its books.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WholePages;

impl WholePages {
    fn block(
        layout: Layout,
        take: impl FnOnce(usize) -> Option<Pages>,
    ) -> Result<NonNull<[u8]>, Refused> {
        let start = match layout.size() {
            _ if layout.align() > PAGE => return Err(Refused),
            0 => NonNull::without_provenance(NOWHERE),
            bytes => take(bytes).ok_or(Refused)?.start(),
        };
        Ok(NonNull::slice_from_raw_parts(start, layout.size()))
    }

    /// The pages of a block. Of those that a phase let go there may be more: the heap knows how many.
    fn pages(block: NonNull<u8>, layout: Layout) -> Pages {
        Pages {
            start: block,
            bytes: round_up(layout.size(), PAGE),
        }
    }

    /// Resizes a block where it is, or moves it.
    ///
    /// # Safety
    /// As for [`Allocator::grow`], or [`Allocator::shrink`].
    unsafe fn resize(
        self,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<[u8]>, Refused> {
        let may_stay =
            old.size() != 0 && new.size() != 0 && block.addr().get().is_multiple_of(new.align());
        // SAFETY: the block is the caller's alone, who does not use what is cut off.
        if may_stay && unsafe { Self::pages(block, old).resize(new.size()) } {
            return Ok(NonNull::slice_from_raw_parts(block, new.size()));
        }
        let moved = self.allocate(new)?;
        let bytes = old.size().min(new.size());
        // SAFETY: both blocks hold that many bytes, and live blocks do not overlap.
        unsafe { ptr::copy_nonoverlapping(block.as_ptr(), moved.as_ptr().cast(), bytes) };
        // SAFETY: the caller's block, which is used no more.
        unsafe { self.deallocate(block, old) };
        Ok(moved)
    }
}

// SAFETY:
// - a block has pages that nobody else has, as many as its size needs, and stays until it is freed;
// - they are aligned to a page, and more is refused;
// - all copies are the same; nothing unwinds.
unsafe impl Allocator for WholePages {
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, Refused> {
        Self::block(layout, |bytes| Pages::take(ArenaKind::Poly, bytes))
    }

    fn allocate_zeroed(&self, layout: Layout) -> Result<NonNull<[u8]>, Refused> {
        Self::block(layout, |bytes| Pages::take_zeroed(ArenaKind::Poly, bytes))
    }

    unsafe fn deallocate(&self, block: NonNull<u8>, layout: Layout) {
        if layout.size() != 0 {
            // SAFETY: the caller's promise: a block of ours, not used any more.
            unsafe { Self::pages(block, layout).give_back() };
        }
    }

    unsafe fn grow(
        &self,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<[u8]>, Refused> {
        // SAFETY: the caller's promise.
        unsafe { self.resize(block, old, new) }
    }

    unsafe fn shrink(
        &self,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<[u8]>, Refused> {
        // SAFETY: the caller's promise.
        unsafe { self.resize(block, old, new) }
    }
}
