//! Where an owner lives.

use crate::arena::{ArenaKind, Footprint, WholePages, is_large};
use crate::error::{AllocError, Cause};
use crate::phase::Phase;
use allocator_api2::alloc::{AllocError as Refused, Allocator, Global};
use std::alloc::Layout;
use std::ptr::NonNull;

/// Where the memory of an owner comes from, and goes back to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Home<'ph> {
    /// An arena of a phase.
    Phase(Phase<'ph>),
    /// The global allocator: the owner is detached, and outlives every phase.
    Heap,
    /// Pages that a phase let go: detached without being moved.
    #[doc(hidden)]
    Detached,
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
            Self::Heap | Self::Detached => self,
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
            Self::Heap | Self::Detached => Footprint {
                heap: bytes,
                ..Footprint::ZERO
            },
        }
    }

    /// Where a detached owner's copies go.
    pub(super) const fn for_copies(self) -> Self {
        match self {
            Self::Detached => Self::Heap,
            home => home,
        }
    }

    /// Has an owner's block change hands where it is: the home it belongs to from now on, or none if
    /// its content has to be moved.
    ///
    /// # Safety
    /// The block is from this home with that layout, and is given back to the home that is returned.
    pub(super) unsafe fn hand_over(
        self,
        block: NonNull<u8>,
        layout: Layout,
        to: Home<'_>,
    ) -> Result<Option<Home<'_>>, AllocError> {
        let done = match (self, to) {
            (Self::Heap, Home::Heap) => return Ok(Some(Home::Heap)),
            (Self::Detached, Home::Heap) => return Ok(Some(Home::Detached)),
            _ if !is_large(layout) => false,
            (Self::Phase(from), Home::Phase(target)) if from.kind() == target.kind() => {
                // SAFETY: the caller's promise.
                unsafe { from.hand_over(block, target) }?
            }
            // Pages of a witness stay with who wipes them.
            (Self::Phase(from), Home::Heap) if from.kind() != ArenaKind::Witness => {
                // SAFETY: the caller's promise.
                let done = unsafe { from.let_go(block) };
                return Ok(done.then_some(Home::Detached));
            }
            _ => false,
        };
        Ok(done.then_some(to))
    }

    /// Why `bytes` bytes were refused just now.
    #[cold]
    pub(super) fn refusal(self, bytes: Option<usize>) -> AllocError {
        match (self, bytes) {
            (_, None) => AllocError::new(usize::MAX, Cause::TooLarge),
            (Self::Phase(phase), Some(bytes)) => phase.refusal(bytes),
            (Self::Heap | Self::Detached, Some(bytes)) => AllocError::new(bytes, Cause::System),
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
            Self::Detached => WholePages.allocate(layout),
        }
    }

    #[inline]
    fn allocate_zeroed(&self, layout: Layout) -> Result<NonNull<[u8]>, Refused> {
        match self {
            Self::Phase(phase) => phase.allocate_zeroed(layout),
            Self::Heap => Global.allocate_zeroed(layout),
            Self::Detached => WholePages.allocate_zeroed(layout),
        }
    }

    #[inline]
    unsafe fn deallocate(&self, block: NonNull<u8>, layout: Layout) {
        match self {
            // SAFETY: the caller's promise is passed on.
            Self::Phase(phase) => unsafe { phase.deallocate(block, layout) },
            // SAFETY: the caller's promise is passed on.
            Self::Heap => unsafe { Global.deallocate(block, layout) },
            // SAFETY: the caller's promise is passed on.
            Self::Detached => unsafe { WholePages.deallocate(block, layout) },
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
            // SAFETY: the caller's promise is passed on.
            Self::Detached => unsafe { WholePages.grow(block, old, new) },
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
            // SAFETY: the caller's promise is passed on.
            Self::Detached => unsafe { WholePages.grow_zeroed(block, old, new) },
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
            // SAFETY: the caller's promise is passed on.
            Self::Detached => unsafe { WholePages.shrink(block, old, new) },
        }
    }
}
