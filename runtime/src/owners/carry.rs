//! Values that move between phases.
#![forbid(unsafe_code)]

use super::Home;
use crate::arena::Footprint;
use crate::error::AllocError;
use crate::phase::Phase;

/// A type whose lifetime says in which phase it lives, and which can be copied or moved to another.
///
/// Derive it: `#[derive(ArenaAlloc)]` gives every field the same. `Columns<'ph, F>` lives in a
/// phase, `Columns<'static, F>` is detached on the heap; there is no twin type.
///
/// ```
/// use zkarena::{ArenaAlloc, Detach, PVec, with_phase};
///
/// #[derive(ArenaAlloc, Detach)]
/// struct Columns<'ph> {
///     evals: PVec<'ph, u32>,
///     shift: u32,
/// }
///
/// let kept: Columns<'static> = with_phase(|phase| {
///     let columns = Columns { evals: phase.vec_from(&[1, 2, 3]), shift: 5 };
///     assert!(columns.footprint().poly >= 12);
///     columns.detach()
/// });
/// assert_eq!(kept.evals[..], [1, 2, 3]);
/// ```
///
/// # What it does not do
/// Elements of vectors are copied as they are: they must not borrow from a phase themselves.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know how to live in an arena",
    label = "this field cannot be moved between phases",
    note = "derive `zkarena::ArenaAlloc` for `{Self}`, or mark the field `#[arena(skip)]` (moved as it is) or `#[arena(default)]`"
)]
pub trait ArenaAlloc: Sized {
    /// The same type in another phase; `In<'static>` is detached on the heap.
    type In<'to>: ArenaAlloc;

    /// Bytes that the value's blocks take, each with what aligns it.
    fn footprint(&self) -> Footprint;

    /// A copy of all of it.
    ///
    /// # Errors
    /// [`AllocError`] if memory is refused.
    fn try_copy_to<'to>(&self, to: Home<'to>) -> Result<Self::In<'to>, AllocError>;

    /// The value itself: blocks with pages of their own (64 KiB and more, outside of a reserved chunk)
    /// change hands, the others are moved.
    ///
    /// # Errors
    /// [`AllocError`] if memory is refused; the value is dropped then.
    fn try_move_to(self, to: Home<'_>) -> Result<Self::In<'_>, AllocError>;

    /// A copy of all of it in the poly arena of a phase, or in the arena that the handle is for.
    ///
    /// # Errors
    /// [`AllocError`] if memory is refused.
    fn try_copy_into<'to>(&self, to: Phase<'to>) -> Result<Self::In<'to>, AllocError> {
        self.try_copy_to(to.into())
    }

    /// As [`try_copy_into`](Self::try_copy_into).
    ///
    /// # Panics
    /// If memory is refused.
    #[track_caller]
    fn copy_into<'to>(&self, to: Phase<'to>) -> Self::In<'to> {
        self.try_copy_into(to)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The value itself in another phase, for results that outlive the phase they were made in.
    ///
    /// # Errors
    /// [`AllocError`] if memory is refused; the value is dropped then.
    fn try_promote(self, to: Phase<'_>) -> Result<Self::In<'_>, AllocError> {
        self.try_move_to(to.into())
    }

    /// As [`try_promote`](Self::try_promote).
    ///
    /// # Panics
    /// If memory is refused.
    #[track_caller]
    fn promote(self, to: Phase<'_>) -> Self::In<'_> {
        self.try_promote(to)
            .unwrap_or_else(|error| panic!("{error}"))
    }
}

/// Types that may leave every phase for the heap of the global allocator.
///
/// Derive it next to [`ArenaAlloc`]. It is a trait of its own because types that hold secrets cannot
/// have it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot leave its phase",
    label = "this value cannot be detached",
    note = "derive `zkarena::Detach` for `{Self}` next to `ArenaAlloc`, or return a part of it that is plain"
)]
pub trait Detach: ArenaAlloc {
    /// The value on the heap, free of every phase: blocks with pages of their own (64 KiB and more)
    /// keep them, unless they are a witness's, which are wiped; the others are moved.
    ///
    /// # Errors
    /// [`AllocError`] if memory is refused; the value is dropped then.
    fn try_detach(self) -> Result<Self::In<'static>, AllocError> {
        self.try_move_to(Home::Heap)
    }

    /// As [`try_detach`](Self::try_detach).
    ///
    /// # Panics
    /// If memory is refused.
    #[track_caller]
    fn detach(self) -> Self::In<'static> {
        self.try_detach().unwrap_or_else(|error| panic!("{error}"))
    }
}
