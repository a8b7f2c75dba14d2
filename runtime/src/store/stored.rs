//! Data that nothing changes any more.
#![forbid(unsafe_code)]

use super::Store;
use super::error::StoreError;
use super::file::PAGE_BYTES;
use super::placement::Data;
use super::reads::{NextPiece, Piece, Reads};
use super::tiles::Tiles;
use crate::plain::{Plain, as_bytes_mut, from_bytes};
use std::marker::PhantomData;
use std::ops::Range;

/// Where elements lie in an extent: tiles of `tile` elements, each at the start of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    len: usize,
    tile: usize,
    /// Bytes from one tile to the next: whole pages.
    stride: u64,
    element: usize,
}

impl Shape {
    /// `len` elements, one behind the other.
    pub(super) fn whole<T>(len: usize) -> Self {
        Self::tiled::<T>(len, len.max(1))
    }

    /// `len` elements in tiles of `tile`.
    pub(super) fn tiled<T>(len: usize, tile: usize) -> Self {
        let element = size_of::<T>();
        let bytes = (tile as u64).saturating_mul(element as u64);
        let pages = bytes.div_ceil(PAGE_BYTES).max(1);
        Self {
            len,
            tile,
            stride: pages.saturating_mul(PAGE_BYTES),
            element,
        }
    }

    /// The same places; as one tile, if there is nothing between the tiles.
    pub(super) fn joined(self) -> Self {
        let together = self
            .tile
            .checked_mul(self.element)
            .map(|bytes| bytes as u64);
        if together != Some(self.stride) {
            return self;
        }
        Self {
            tile: self.len.max(1),
            stride: self.bytes(),
            ..self
        }
    }

    pub(super) fn tiles(&self) -> usize {
        self.len.div_ceil(self.tile)
    }

    /// Bytes of all tiles.
    pub(super) fn bytes(&self) -> u64 {
        self.stride.saturating_mul(self.tiles() as u64)
    }

    /// The elements of a tile.
    pub(super) fn tile(&self, tile: usize) -> Range<usize> {
        assert!(tile < self.tiles(), "tile {tile} of {}", self.tiles());
        let start = tile * self.tile;
        start..self.len.min(start + self.tile)
    }

    /// Whether no gap is between any of `elements`.
    fn lie_together(&self, elements: &Range<usize>) -> bool {
        elements.is_empty() || elements.start / self.tile == (elements.end - 1) / self.tile
    }

    /// Where a tile begins.
    pub(super) fn start(&self, tile: usize) -> u64 {
        tile as u64 * self.stride
    }

    /// The first of `elements` as far as they lie together and fit in `room` bytes of whole pages:
    /// how many, and the byte where they begin. None, if not even one fits.
    fn first_piece(&self, elements: &Range<usize>, room: usize) -> (usize, u64) {
        let (tile, within) = (elements.start / self.tile, elements.start % self.tile);
        let at = self.start(tile) + within as u64 * self.element as u64;
        let lead = usize::try_from(at % PAGE_BYTES).unwrap_or(0);
        let fits = room.saturating_sub(lead) / self.element;
        let together = elements.len().min(self.tile - within);
        (together.min(fits), at)
    }
}

/// Data in the file or in memory: it can be read, from any thread, and does not change.
///
/// Its pages are free when it is dropped. Reading is the same wherever it lies, also in what is refused;
/// see [`StorePlan::ram`](super::StorePlan::ram) for what decides that.
///
/// ```
/// # let store = zkarena::StorePlan::new().open()?;
/// let mut writing = store.write::<u64>(10_000)?;
/// writing.append(&(0..10_000).collect::<Vec<_>>())?;
/// let stored = writing.freeze()?;
///
/// let mut some = [0; 3];
/// stored.read_into(7_000..7_003, &mut some)?;
/// assert_eq!(some, [7_000, 7_001, 7_002]);
///
/// let mut sum = 0;
/// let mut tiles = stored.tiles(1 << 10); // the next ones are read meanwhile
/// while let Some(tile) = tiles.next()? {
///     sum += tile.iter().sum::<u64>();
/// }
/// assert_eq!(sum, 9_999 * 5_000);
/// # Ok::<(), zkarena::StoreError>(())
/// ```
#[derive(Debug)]
pub struct Stored<T> {
    store: Store,
    data: Data,
    shape: Shape,
    of: PhantomData<T>,
}

impl<T: Plain> Stored<T> {
    pub(super) fn new(store: Store, data: Data, shape: Shape) -> Self {
        Self {
            store,
            data,
            shape,
            of: PhantomData,
        }
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.shape.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where it lies.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// All elements, if they are in memory; `None` if they are in the file, or a parent process's.
    ///
    /// ```
    /// # let store = zkarena::StorePlan::new().open()?;
    /// let stored = store.write::<u64>(1000)?.freeze()?;
    /// assert!(stored.as_slice().is_none()); // a store without a RAM budget
    /// # Ok::<(), zkarena::StoreError>(())
    /// ```
    pub fn as_slice(&self) -> Option<&[T]> {
        match &self.data {
            Data::Memory(memory) if memory.check_process().is_ok() => Some(from_bytes(memory)),
            _ => None,
        }
    }

    /// Waits until all of it is on the disk, or failed to get there; what lies in memory is there.
    ///
    /// Reading does so by itself.
    ///
    /// # Errors
    /// The error of the write that failed.
    pub fn finish(&self) -> Result<(), StoreError> {
        self.data.wait_written()
    }

    /// Copies `elements` to `into`.
    ///
    /// Long ranges are read by several threads at a time.
    ///
    /// # Errors
    /// If reading fails, or an earlier write did; [`StoreError::Lost`] if the file was cut from outside.
    ///
    /// # Panics
    /// If there are no such elements, or `into` has another length.
    pub fn read_into(&self, elements: Range<usize>, into: &mut [T]) -> Result<(), StoreError> {
        self.check_range(&elements);
        assert_eq!(
            elements.len(),
            into.len(),
            "as many elements as there is room for"
        );
        if let Data::Memory(memory) = &self.data {
            memory.check_process()?;
            into.copy_from_slice(&from_bytes(memory)[elements]);
            return Ok(());
        }
        let mut into = as_bytes_mut(into);
        let mut reads = Reads::new(&self.store, self.pieces(elements), false);
        while let Some((held, bytes)) = reads.next()? {
            let (now, rest) = into.split_at_mut(bytes.len());
            now.copy_from_slice(&held[bytes]);
            into = rest;
        }
        Ok(())
    }

    /// All elements in tiles of `tile_len` (the last may be shorter), in order; the next ones are read
    /// while one is worked on. Those of data in memory are not copied.
    ///
    /// # Panics
    /// If `tile_len` is zero.
    pub fn tiles(&self, tile_len: usize) -> Tiles<'_, T> {
        assert!(tile_len > 0, "a tile has elements");
        let starts = (0..self.len()).step_by(tile_len);
        let end = move |start: usize| self.len().min(start.saturating_add(tile_len));
        self.store
            .tiles(starts.map(move |start| (self, start..end(start))))
    }

    /// The piece that is `elements`, if they lie together and fit in a buffer.
    pub(super) fn piece(&self, elements: Range<usize>) -> Result<Piece<'_>, StoreError> {
        self.check_range(&elements);
        if !self.shape.lie_together(&elements) {
            return Err(StoreError::TileApart);
        }
        let (count, at) = self.shape.first_piece(&elements, self.store.buffer_bytes());
        if count < elements.len() {
            return Err(self.too_large(elements.len()));
        }
        Ok(self.piece_at(elements.start, at, count))
    }

    /// The piece that is `count` elements from `first` on, which begin at the byte `at` of the file's.
    fn piece_at(&self, first: usize, at: u64, count: usize) -> Piece<'_> {
        let len = count * size_of::<T>();
        match &self.data {
            Data::Memory(memory) => Piece::in_memory(memory, first * size_of::<T>(), len),
            Data::File(body) => Piece::in_file(body, at, len),
        }
    }

    /// The pieces that are `elements` together; an error if an element fits in no buffer.
    fn pieces(&self, mut elements: Range<usize>) -> impl Iterator<Item = NextPiece<'_>> {
        let room = self.store.buffer_bytes();
        std::iter::from_fn(move || {
            if elements.is_empty() {
                return None;
            }
            let first = elements.start;
            let (count, at) = self.shape.first_piece(&elements, room);
            elements.start += count;
            if count == 0 {
                return Some(Err(self.too_large(1)));
            }
            Some(Ok(self.piece_at(first, at, count)))
        })
    }

    fn check_range(&self, elements: &Range<usize>) {
        let within = elements.start <= elements.end && elements.end <= self.len();
        assert!(within, "elements {elements:?} of {}", self.len());
    }

    fn too_large(&self, elements: usize) -> StoreError {
        StoreError::TileTooLarge {
            bytes: elements.saturating_mul(size_of::<T>()) as u64,
            buffer: self.store.buffer_bytes() as u64,
        }
    }
}
