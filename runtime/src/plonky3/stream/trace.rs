//! A trace in the file, before it is committed and when it is opened.
#![forbid(unsafe_code)]

use super::bands::{Bands, Columns};
use super::decoder::{Decoder, Tile as EncodedTile};
use super::medium::Tiling;
use super::narrow::{Encoded, Rows};
use super::rows::Again;
use super::shape::Shape;
use crate::plain::Plain;
use crate::store::{Store, StoreError, Stored, Tile, Tiles};
use p3_field::{PrimeField64, TwoAdicField};
use p3_matrix::dense::RowMajorMatrix;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

/// Bytes of a segment: what is collected before it is written.
const SEGMENT: usize = 8 << 20;

/// A trace that is being written to the file, from the first row to the last.
///
/// Columns that have only bits in some rows, or small numbers, take no more room there than those do:
/// what is seen of the file tells which they are.
#[derive(Debug)]
pub struct TraceWriting<F> {
    store: Store,
    shape: Shape,
    narrow: bool,
    /// Rows of the next tiles.
    rows: Vec<F>,
    /// Tiles of each band that are not written yet.
    bands: Vec<Encoded<F>>,
    tiles: usize,
    segments: Vec<Segment<F>>,
}

impl<F: PrimeField64 + TwoAdicField + Plain> TraceWriting<F> {
    /// For `2^log_height` rows of `width` columns.
    pub fn new(store: &Store, tiling: Tiling, log_height: usize, width: usize) -> Self {
        let shape = Shape::new(log_height, width, tiling);
        Self {
            store: store.clone(),
            shape,
            narrow: tiling.narrow,
            rows: Vec::with_capacity(width * tile_rows(&shape)),
            bands: vec![Encoded::default(); shape.bands()],
            tiles: 0,
            segments: Vec::new(),
        }
    }

    /// Add elements of the next rows.
    ///
    /// # Errors
    /// Those of [`Store::write`] and [`Writing::append`](zkarena::Writing::append).
    pub fn push(&mut self, mut elements: &[F]) -> Result<(), StoreError> {
        let full = self.shape.width * tile_rows(&self.shape);
        while !elements.is_empty() {
            let (now, later) = elements.split_at(elements.len().min(full - self.rows.len()));
            self.rows.extend_from_slice(now);
            elements = later;
            if self.rows.len() == full {
                self.add_tiles()?;
            }
        }
        Ok(())
    }

    /// Add a tile to each band.
    fn add_tiles(&mut self) -> Result<(), StoreError> {
        let (shape, narrow) = (self.shape, self.narrow);
        let bands = self.bands.par_iter_mut().enumerate();
        bands.for_each(|(band, encoded)| {
            let rows = Rows {
                values: &self.rows,
                width: shape.width,
                columns: shape.columns(band),
            };
            encoded.push(&rows, narrow);
        });
        self.rows.clear();
        self.tiles += 1;
        if self.is_full() {
            self.write()?;
        }
        Ok(())
    }

    /// Whether another tile would be too much for a segment, or for a buffer in which a band is read.
    fn is_full(&self) -> bool {
        let all: usize = self.bands.iter().map(Encoded::bytes).sum();
        let longest = self.bands.iter().map(Encoded::bytes).max();
        let tile = self.shape.tile_len() * size_of::<F>() + self.shape.band();
        all >= SEGMENT || longest.unwrap_or_default() + tile > self.store.buffer_bytes()
    }

    /// Write a segment.
    fn write(&mut self) -> Result<(), StoreError> {
        let segment = Segment::write(&self.store, &self.bands, self.tiles)?;
        self.segments.push(segment);
        self.bands.iter_mut().for_each(Encoded::clear);
        self.tiles = 0;
        Ok(())
    }

    /// End the writing.
    ///
    /// # Errors
    /// The error of an earlier write.
    ///
    /// # Panics
    /// If there were fewer or more rows than announced.
    pub fn freeze(mut self) -> Result<StreamTrace<F>, StoreError> {
        if self.tiles > 0 {
            self.write()?;
        }
        let tiles: usize = self.segments.iter().map(|segment| segment.tiles).sum();
        let rows = tiles * tile_rows(&self.shape);
        let is_whole = rows == self.shape.height() && self.rows.is_empty();
        assert!(is_whole, "as many rows as were announced");
        Ok(StreamTrace {
            store: self.store,
            shape: self.shape,
            segments: self.segments,
            again: None,
        })
    }
}

/// Rows of a tile that there are.
fn tile_rows(shape: &Shape) -> usize {
    shape.rows().min(shape.height())
}

/// Some tiles of every band, band by band.
#[derive(Debug)]
struct Segment<F> {
    narrow: Stored<u8>,
    wide: Stored<F>,
    /// Where each band ends, in both.
    ends: Vec<(usize, usize)>,
    tiles: usize,
}

impl<F: PrimeField64 + Plain> Segment<F> {
    fn write(store: &Store, bands: &[Encoded<F>], tiles: usize) -> Result<Self, StoreError> {
        let mut end = (0, 0);
        let ends = bands.iter().map(|band| {
            end = (end.0 + band.narrow.len(), end.1 + band.wide.len());
            end
        });
        Ok(Self {
            ends: ends.collect(),
            narrow: write(store, bands.iter().map(|band| &band.narrow[..]))?,
            wide: write(store, bands.iter().map(|band| &band.wide[..]))?,
            tiles,
        })
    }

    /// Where a band begins, and where it ends.
    fn place(&self, band: usize) -> ((usize, usize), (usize, usize)) {
        let start = band
            .checked_sub(1)
            .map_or((0, 0), |before| self.ends[before]);
        (start, self.ends[band])
    }
}

/// Writes one piece behind the other.
fn write<'a, T: Plain>(
    store: &Store,
    pieces: impl Iterator<Item = &'a [T]> + Clone,
) -> Result<Stored<T>, StoreError> {
    let mut writing = store.write(pieces.clone().map(<[T]>::len).sum())?;
    for piece in pieces {
        writing.append(piece)?;
    }
    writing.freeze()
}

/// A trace in the file.
pub struct StreamTrace<F> {
    store: Store,
    pub(crate) shape: Shape,
    segments: Vec<Segment<F>>,
    /// What makes the same rows.
    again: Option<Again<F>>,
}

impl<F> std::fmt::Debug for StreamTrace<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StreamTrace")
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

impl<F: PrimeField64 + TwoAdicField + Plain> StreamTrace<F> {
    /// With what makes the same rows.
    pub(crate) fn made_by(self, again: Option<Again<F>>) -> Self {
        Self { again, ..self }
    }

    /// What makes the same rows, if most of what they take is to be read from a disk otherwise.
    pub(crate) fn quicker(&mut self) -> Option<Again<F>> {
        let on_disk = |segment: &Segment<F>| match segment.wide.as_slice() {
            Some(_) => 0,
            None => segment.wide.len(),
        };
        let on_disk: usize = self.segments.iter().map(on_disk).sum();
        self.again
            .take_if(|_| 2 * on_disk > self.shape.width << self.shape.log_height)
    }

    /// All of it, in memory.
    ///
    /// # Errors
    /// Those of [`Tiles::next`].
    pub fn to_matrix(&self) -> Result<RowMajorMatrix<F>, StoreError> {
        let (shape, width) = (self.shape, self.shape.width);
        let mut all = F::zero_vec(width << shape.log_height);
        let (mut bands, mut band) = (self.bands(shape), Vec::new());
        for number in 0..shape.bands() {
            bands.read(&mut band)?;
            let columns = shape.columns(number);
            let rows = band.chunks_exact(columns.len());
            for (row, some) in all.chunks_exact_mut(width).zip(rows) {
                row[columns.clone()].copy_from_slice(some);
            }
        }
        Ok(RowMajorMatrix::new(all, width))
    }
}

impl<F: PrimeField64 + TwoAdicField + Plain> Columns<F> for StreamTrace<F> {
    fn width(&self) -> usize {
        self.shape.width
    }

    fn height(&self) -> usize {
        self.shape.height()
    }

    fn bands(&self, shape: Shape) -> impl Bands<F> + '_ {
        let same = (shape.width, shape.band()) == (self.shape.width, self.shape.band());
        assert!(same, "the bands it was written in");
        let pieces = (0..shape.bands())
            .flat_map(|band| self.segments.iter().map(move |segment| (band, segment)));
        let narrow = pieces.clone().filter_map(|(band, segment)| {
            let (start, end) = segment.place(band);
            (start.0 < end.0).then_some((&segment.narrow, start.0..end.0))
        });
        let wide = pieces.filter_map(|(band, segment)| {
            let (start, end) = segment.place(band);
            (start.1 < end.1).then_some((&segment.wide, start.1..end.1))
        });
        TraceBands {
            trace: self,
            narrow: self.store.tiles(narrow),
            wide: self.store.tiles(wide),
            decoder: Decoder::new(),
            next: 0,
        }
    }
}

/// Bands of a trace in the file.
struct TraceBands<'a, F: Plain> {
    trace: &'a StreamTrace<F>,
    narrow: Tiles<'a, u8>,
    wide: Tiles<'a, F>,
    decoder: Decoder<F>,
    next: usize,
}

impl<F: PrimeField64 + TwoAdicField + Plain> Bands<F> for TraceBands<'_, F> {
    fn read(&mut self, into: &mut Vec<F>) -> Result<(), StoreError> {
        let shape = &self.trace.shape;
        let columns = shape.columns(self.next).len();
        into.resize(columns * shape.height(), F::ZERO);
        let tile_len = columns * tile_rows(shape);
        let mut rest = &mut into[..];
        for segment in &self.trace.segments {
            let (start, end) = segment.place(self.next);
            let narrow = next(&mut self.narrow, start.0 < end.0)?;
            let wide = next(&mut self.wide, start.1 < end.1)?;
            let mut narrow = narrow.as_deref().unwrap_or_default();
            let mut wide = wide.as_deref().unwrap_or_default();
            let (tiles, others) = rest.split_at_mut(tile_len * segment.tiles);
            rest = others;
            let encoded = (0..segment.tiles)
                .map(|_| EncodedTile::split((&mut narrow, &mut wide), columns, tile_rows(shape)));
            let encoded: Vec<_> = encoded.collect();
            let tiles = tiles.par_chunks_exact_mut(tile_len).zip(encoded);
            tiles.for_each(|(tile, encoded)| self.decoder.decode(&encoded, tile));
        }
        self.next += 1;
        Ok(())
    }
}

/// The next tile, if there is something in it.
fn next<T: Plain>(tiles: &mut Tiles<'_, T>, is_any: bool) -> Result<Option<Tile<T>>, StoreError> {
    if is_any { tiles.next() } else { Ok(None) }
}
