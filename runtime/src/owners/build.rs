//! What `new_in` of a derived type makes its fields with.
#![forbid(unsafe_code)]

use super::Home;
use crate::arena::{self, GRAIN};
use crate::error::AllocError;
use crate::layout::PAGE;

/// Where a block for `capacity` elements of type `T` ends in a chunk that is used up to `end`; saturates.
#[doc(hidden)]
pub const fn block_end<T>(end: usize, capacity: usize, align: usize) -> usize {
    let bytes = room_for::<T>(capacity, align).saturating_mul(size_of::<T>());
    arena::block_end(end, bytes, align_of::<T>())
}

/// For how many elements a block is to have room, so that it starts at a multiple of `align`.
pub(super) const fn room_for<T>(capacity: usize, align: usize) -> usize {
    // A block of a page or more starts at a page: that serves every alignment beyond a cache line.
    if align > GRAIN && size_of::<T>() > 0 {
        let page = PAGE.div_ceil(size_of::<T>());
        if capacity < page { page } else { capacity }
    } else {
        capacity
    }
}

/// Implemented for every type with a `Drop`: next to an implementation for a derived type by itself,
/// it makes a `Drop` of that type an error.
#[doc(hidden)]
pub trait ArenaTypesMustNotImplDrop {}

#[expect(drop_bounds, reason = "to be told which types have an implementation")]
impl<T: Drop> ArenaTypesMustNotImplDrop for T {}

/// A container that `#[arena(len = ..)]` or `#[arena(reserve = ..)]` can make.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not built from a number of elements",
    label = "`len` and `reserve` are for a `PVec`, a `Reserved` or a `Poly`",
    note = "give the field's value by `#[arena(init = ..)]`, or leave both out and hand it to `new_in`"
)]
pub trait Build<'ph>: Sized {
    /// What it holds.
    type Item;

    /// What an element takes in the poly arena: the item itself, or nothing of a secret, whose block
    /// is in the witness arena.
    type Planned;

    /// An empty one with room for `capacity` elements; the first starts at a multiple of `align` (a
    /// power of two up to 4,096).
    ///
    /// # Errors
    /// [`AllocError`] if memory is refused.
    fn with_room(home: Home<'ph>, capacity: usize, align: usize) -> Result<Self, AllocError>;

    /// One of `len` elements, each made from its index, with room for `room` elements in all.
    ///
    /// # Errors
    /// [`AllocError`] if memory is refused.
    fn filled(
        home: Home<'ph>,
        len: usize,
        room: usize,
        align: usize,
        init: impl FnMut(usize) -> Self::Item,
    ) -> Result<Self, AllocError>;
}
