//! Tiles of data; those in the file are read ahead.
#![forbid(unsafe_code)]

use super::error::StoreError;
use super::reads::{Held, NextPiece, Reads};
use crate::plain::{Plain, from_bytes};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, Range};

/// What to read, in order.
pub(super) type Pieces<'s> = Box<dyn Iterator<Item = NextPiece<'s>> + Send + 's>;

/// Tiles in order: made by [`Stored::tiles`](super::Stored::tiles) and [`Store::tiles`](super::Store::tiles).
///
/// Up to eight tiles are read ahead, as long as there are buffers to spare. Data in memory needs none.
pub struct Tiles<'s, T> {
    reads: Reads<'s, Pieces<'s>>,
    of: PhantomData<T>,
}

impl<'s, T: Plain> Tiles<'s, T> {
    pub(super) fn new(reads: Reads<'s, Pieces<'s>>) -> Self {
        Self {
            reads,
            of: PhantomData,
        }
    }

    /// The next tile; `None` after the last.
    ///
    /// # Errors
    /// If reading fails, or an earlier write did; [`StoreError::Lost`] if the file was cut from outside;
    /// [`StoreError::Buffers`] if all buffers are held by tiles and unfinished writings;
    /// [`StoreError::TileTooLarge`] if it does not fit in one; [`StoreError::TileApart`] if it lies across
    /// tiles that were written apart.
    #[expect(
        clippy::should_implement_trait,
        reason = "fallible: `while let Some(tile) = tiles.next()?`"
    )]
    pub fn next(&mut self) -> Result<Option<Tile<T>>, StoreError> {
        let next = self.reads.next()?;
        Ok(next.map(|(held, bytes)| Tile {
            held,
            bytes,
            of: PhantomData,
        }))
    }
}

impl<T> fmt::Debug for Tiles<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tiles").finish_non_exhaustive()
    }
}

/// A tile in memory: its elements, in a buffer of the store until it is dropped, or where the data lies.
///
/// A tile of data in memory keeps all of that data alive.
pub struct Tile<T> {
    held: Held,
    bytes: Range<usize>,
    of: PhantomData<T>,
}

impl<T: Plain> Deref for Tile<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        from_bytes(&self.held[self.bytes.clone()])
    }
}

impl<T> fmt::Debug for Tile<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes.len();
        f.debug_struct("Tile")
            .field("bytes", &bytes)
            .finish_non_exhaustive()
    }
}
