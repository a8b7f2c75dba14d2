//! Where an owner lives.

use crate::arena::{ArenaKind, Footprint};
use crate::error::{AllocError, Cause};
use crate::phase::Phase;
use allocator_api2::alloc::{AllocError as Refused, Allocator, Global};
use std::alloc::Layout;
use std::ptr::NonNull;

/// Where the memory of an owner comes from, and goes back to.
#[derive(Clone, Copy, Debug)]
pub enum Home<'ph> {
    /// An arena of a phase.
    Phase(Phase<'ph>),
    /// The global allocator: the owner is detached, and outlives every phase.
    Heap,
}

impl<'ph> From<Phase<'ph>> for Home<'ph> {
    fn from(phase: Phase<'ph>) -> Self {
        Self::Phase(phase)
    }
}

impl Home<'_> {
    /// Another arena of the same phase; the heap has only one kind.
    #[must_use]
    pub const fn in_kind(self, kind: ArenaKind) -> Self {
        match self {
            Self::Phase(phase) => Self::Phase(phase.in_kind(kind)),
            Self::Heap => Self::Heap,
        }
    }

    /// The poly arena of the same phase.
    #[must_use]
    pub const fn poly(self) -> Self {
        self.in_kind(ArenaKind::Poly)
    }

    /// The scratch arenas of the same phase.
    #[must_use]
    pub const fn scratch(self) -> Self {
        self.in_kind(ArenaKind::Scratch)
    }

    /// The witness arena of the same phase.
    #[must_use]
    pub const fn witness(self) -> Self {
        self.in_kind(ArenaKind::Witness)
    }

    /// What a block of `bytes` bytes takes here.
    pub(super) fn footprint(self, bytes: usize) -> Footprint {
        match self {
            Self::Phase(phase) => Footprint::of_block(phase.kind(), bytes),
            Self::Heap => Footprint {
                heap: bytes,
                ..Footprint::ZERO
            },
        }
    }

    /// Why `bytes` bytes were refused just now.
    #[cold]
    pub(super) fn refusal(self, bytes: Option<usize>) -> AllocError {
        match (self, bytes) {
            (_, None) => AllocError::new(usize::MAX, Cause::TooLarge),
            (Self::Phase(phase), Some(bytes)) => phase.refusal(bytes),
            (Self::Heap, Some(bytes)) => AllocError::new(bytes, Cause::System),
        }
    }
}

// SAFETY: each call goes to one allocator, chosen by a value that never changes; copies of a home
// choose the same, whose promises these are.
unsafe impl Allocator for Home<'_> {
    #[inline]
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, Refused> {
        match self {
            Self::Phase(phase) => phase.allocate(layout),
            Self::Heap => Global.allocate(layout),
        }
    }

    #[inline]
    fn allocate_zeroed(&self, layout: Layout) -> Result<NonNull<[u8]>, Refused> {
        match self {
            Self::Phase(phase) => phase.allocate_zeroed(layout),
            Self::Heap => Global.allocate_zeroed(layout),
        }
    }

    #[inline]
    unsafe fn deallocate(&self, block: NonNull<u8>, layout: Layout) {
        match self {
            // SAFETY: the caller's promise is passed on.
            Self::Phase(phase) => unsafe { phase.deallocate(block, layout) },
            // SAFETY: the caller's promise is passed on.
            Self::Heap => unsafe { Global.deallocate(block, layout) },
        }
    }

    #[inline]
    unsafe fn grow(
        &self,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<[u8]>, Refused> {
        match self {
            // SAFETY: the caller's promise is passed on.
            Self::Phase(phase) => unsafe { phase.grow(block, old, new) },
            // SAFETY: the caller's promise is passed on.
            Self::Heap => unsafe { Global.grow(block, old, new) },
        }
    }

    #[inline]
    unsafe fn grow_zeroed(
        &self,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<[u8]>, Refused> {
        match self {
            // SAFETY: the caller's promise is passed on.
            Self::Phase(phase) => unsafe { phase.grow_zeroed(block, old, new) },
            // SAFETY: the caller's promise is passed on.
            Self::Heap => unsafe { Global.grow_zeroed(block, old, new) },
        }
    }

    #[inline]
    unsafe fn shrink(
        &self,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<[u8]>, Refused> {
        match self {
            // SAFETY: the caller's promise is passed on.
            Self::Phase(phase) => unsafe { phase.shrink(block, old, new) },
            // SAFETY: the caller's promise is passed on.
            Self::Heap => unsafe { Global.shrink(block, old, new) },
        }
    }
}
