//! Data that is being written in tiles, which are finished in any order.
#![forbid(unsafe_code)]

use super::Store;
use super::body::Owned;
use super::error::StoreError;
use super::memory::MemoryTiles;
use super::placement::Data;
use super::stored::{Shape, Stored};
use super::written::Written;
use crate::layout::{PAGE, round_up};
use crate::plain::{Plain, as_bytes};
use std::marker::PhantomData;
use std::sync::Arc;

/// Data that is being written tile by tile, in any order and from several threads; then
/// [`freeze`](Self::freeze) it to read it.
///
/// All tiles have the same length, but the last may be shorter. In the file each begins on a page of its
/// own, so tiles of whole pages waste nothing.
///
/// ```
/// # let store = zkarena::StorePlan::new().open()?;
/// let tiles = store.write_tiles::<u32>(3000, 1024)?; // 1024, 1024 and 952 elements
/// for tile in [2, 0, 1] {
///     tiles.write(tile, &vec![tile as u32; tiles.tile_len(tile)])?;
/// }
/// let stored = tiles.freeze()?;
/// let mut border = [0; 2];
/// stored.read_into(1023..1025, &mut border)?;
/// assert_eq!(border, [0, 1]);
/// # Ok::<(), zkarena::StoreError>(())
/// ```
#[derive(Debug)]
pub struct WritingTiles<T> {
    store: Store,
    to: To,
    shape: Shape,
    of: PhantomData<T>,
}

/// Where tiles go.
#[derive(Debug)]
pub(super) enum To {
    Memory(MemoryTiles),
    File(Owned, Written),
}

impl<T: Plain> WritingTiles<T> {
    pub(super) fn new(store: Store, to: To, shape: Shape) -> Self {
        Self {
            store,
            to,
            shape,
            of: PhantomData,
        }
    }

    /// How many tiles there are.
    pub fn tiles(&self) -> usize {
        self.shape.tiles()
    }

    /// How many elements a tile has.
    ///
    /// # Panics
    /// If there is no such tile.
    pub fn tile_len(&self, tile: usize) -> usize {
        let elements = self.shape.tile(tile);
        elements.end - elements.start
    }

    /// Writes a tile.
    ///
    /// # Errors
    /// [`StoreError::Buffers`] if all buffers are held by others, or the error of an earlier write: either
    /// way the data cannot be completed any more.
    ///
    /// # Panics
    /// If there is no such tile, if it has another length, or if it was written before: a place is
    /// written once, or encryption would tell what two versions have in common.
    pub fn write(&self, tile: usize, elements: &[T]) -> Result<(), StoreError> {
        assert_eq!(elements.len(), self.tile_len(tile), "the length of a tile");
        match &self.to {
            To::Memory(memory) => {
                memory.write(tile, as_bytes(elements));
                Ok(())
            }
            To::File(body, written) => {
                written.claim(tile);
                let done = self.send(body, as_bytes(elements), self.shape.start(tile));
                done.inspect_err(|error| body.fail(error.clone()))
            }
        }
    }

    /// Has bytes written from the place `at` on, and zeros up to the next page.
    fn send(&self, body: &Owned, bytes: &[u8], mut at: u64) -> Result<(), StoreError> {
        for bytes in bytes.chunks(self.store.buffer_bytes()) {
            let mut buffer = self.store.buffer(false)?;
            let len = round_up(bytes.len(), PAGE);
            buffer[..bytes.len()].copy_from_slice(bytes);
            buffer[bytes.len()..len].fill(0); // others' data
            self.store.send(body, buffer, len, at)?;
            at += len as u64;
        }
        Ok(())
    }

    /// Ends the writing: from here on the data can be read, and nothing can change it.
    ///
    /// # Errors
    /// [`StoreError::Unwritten`] if a tile is missing, or the error of an earlier write.
    pub fn freeze(self) -> Result<Stored<T>, StoreError> {
        let unwritten = |tile| StoreError::Unwritten { tile };
        let data = match self.to {
            To::Memory(tiles) => {
                let memory = tiles.finish().map_err(unwritten)?;
                memory.check_process()?;
                Data::Memory(Arc::new(memory))
            }
            To::File(body, written) => {
                body.check()?;
                written
                    .missing()
                    .map_or(Ok(()), |tile| Err(unwritten(tile)))?;
                Data::File(body)
            }
        };
        Ok(Stored::new(self.store, data, self.shape.joined()))
    }
}
