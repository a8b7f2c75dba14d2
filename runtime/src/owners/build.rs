//! What `new_in` of a derived type makes its fields with.
#![forbid(unsafe_code)]

use super::Home;
use crate::arena::{self, GRAIN};
use crate::error::AllocError;
use crate::layout::PAGE;

/// Bytes that a block of `capacity` elements of `item` bytes takes at most in an arena; saturates.
#[doc(hidden)]
pub const fn block_bytes(capacity: usize, item: usize, align: usize) -> usize {
    let bytes = capacity.saturating_mul(item);
    let least = if align > GRAIN { PAGE } else { 0 };
    arena::block_bytes(if bytes > least { bytes } else { least })
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
    label = "`len` and `reserve` are for a `PVec` or a `Poly`",
    note = "give the field's value by `#[arena(init = ..)]`, or leave both out and hand it to `new_in`"
)]
pub trait Build<'ph>: Sized {
    /// What it holds.
    type Item;

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
