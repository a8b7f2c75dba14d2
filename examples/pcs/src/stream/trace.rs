//! A trace in the file before it is committed, and what else columns may come from.

use std::ops::Range;

use p3_field::TwoAdicField;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use zkarena::{Plain, Store, StoreError, Stored, WritingTiles};

use crate::stream::medium::Tiling;
use crate::stream::shape::Shape;

/// A matrix whose columns can be had, some at a time.
pub(crate) trait Columns<F> {
    fn width(&self) -> usize;

    fn height(&self) -> usize;

    /// Columns that are a band of `shape`, in natural order.
    fn band(&self, shape: &Shape, band: usize) -> Result<RowMajorMatrix<F>, StoreError>;
}

impl<F: TwoAdicField> Columns<F> for RowMajorMatrix<F> {
    fn width(&self) -> usize {
        self.width
    }

    fn height(&self) -> usize {
        Matrix::height(self)
    }

    fn band(&self, shape: &Shape, band: usize) -> Result<RowMajorMatrix<F>, StoreError> {
        Ok(select(self, &shape.columns(band)))
    }
}

/// Some columns of `rows`.
fn select<F: TwoAdicField>(rows: &RowMajorMatrix<F>, columns: &Range<usize>) -> RowMajorMatrix<F> {
    let values = rows.values.chunks_exact(rows.width);
    let values = values.flat_map(|row| &row[columns.clone()]);
    RowMajorMatrix::new(values.copied().collect(), columns.len())
}

/// A trace that is being written to the file, from the first row to the last.
///
/// It lies there in bands of columns, in the order in which they are committed.
#[derive(Debug)]
pub struct TraceWriting<F> {
    shape: Shape,
    tiles: WritingTiles<F>,
    /// Rows of the next tiles.
    rows: Vec<F>,
    /// The number of the next tile of each band.
    next: usize,
}

impl<F: TwoAdicField + Plain> TraceWriting<F> {
    /// Room for `2^log_height` rows of `width` columns.
    ///
    /// # Errors
    /// Those of [`Store::write`].
    pub fn new(
        store: &Store,
        tiling: Tiling,
        log_height: usize,
        width: usize,
    ) -> Result<Self, StoreError> {
        let shape = Shape::new((log_height, 0), width, (tiling.columns, tiling.log_rows));
        Ok(Self {
            shape,
            tiles: store.write_tiles(shape.len(), shape.tile_len())?,
            rows: Vec::with_capacity(width << shape.log_rows),
            next: 0,
        })
    }

    /// Add elements of the next rows.
    ///
    /// # Errors
    /// Those of [`WritingTiles::write`].
    ///
    /// # Panics
    /// If they are more than there is room for.
    pub fn push(&mut self, mut elements: &[F]) -> Result<(), StoreError> {
        let full = self.shape.width << self.shape.log_rows;
        while !elements.is_empty() {
            let (now, later) = elements.split_at(elements.len().min(full - self.rows.len()));
            self.rows.extend_from_slice(now);
            elements = later;
            if self.rows.len() == full {
                self.write()?;
            }
        }
        Ok(())
    }

    /// Write a tile of each band.
    fn write(&mut self) -> Result<(), StoreError> {
        let rows = RowMajorMatrix::new(std::mem::take(&mut self.rows), self.shape.width);
        for band in 0..self.shape.bands() {
            let mut tile = select(&rows, &self.shape.columns(band)).values;
            // Short, if it is of the last band: what is behind it is not read.
            tile.resize(self.shape.tile_len(), F::ZERO);
            let number = band * self.shape.windows() + self.next;
            self.tiles.write(number, &tile)?;
        }
        self.next += 1;
        self.rows = rows.values;
        self.rows.clear();
        Ok(())
    }

    /// End the writing.
    ///
    /// # Errors
    /// [`StoreError::Unwritten`] if rows are missing, or the error of an earlier write.
    pub fn freeze(self) -> Result<StreamTrace<F>, StoreError> {
        Ok(StreamTrace {
            shape: self.shape,
            stored: self.tiles.freeze()?,
        })
    }
}

/// A trace in the file.
#[derive(Debug)]
pub struct StreamTrace<F> {
    shape: Shape,
    stored: Stored<F>,
}

impl<F: TwoAdicField + Plain> StreamTrace<F> {
    /// All of it, in memory.
    ///
    /// # Errors
    /// Those of [`Stored::read_into`].
    pub fn to_matrix(&self) -> Result<RowMajorMatrix<F>, StoreError> {
        let mut all = RowMajorMatrix::new(
            F::zero_vec(self.shape.width << self.shape.log_height),
            self.shape.width,
        );
        for band in 0..self.shape.bands() {
            let columns = self.shape.columns(band);
            let rows = self.band(&self.shape, band)?;
            for (row, some) in all.rows_mut().zip(rows.row_slices()) {
                row[columns.clone()].copy_from_slice(some);
            }
        }
        Ok(all)
    }
}

impl<F: TwoAdicField + Plain> Columns<F> for StreamTrace<F> {
    fn width(&self) -> usize {
        self.shape.width
    }

    fn height(&self) -> usize {
        self.shape.height()
    }

    fn band(&self, shape: &Shape, band: usize) -> Result<RowMajorMatrix<F>, StoreError> {
        assert_eq!(shape.band, self.shape.band, "the bands it was written in");
        let shape = &self.shape;
        let columns = shape.columns(band).len();
        let (rows, len) = (columns << shape.log_rows, shape.tile_len());
        let mut values = F::zero_vec(columns << shape.log_height);
        for (window, values) in values.chunks_exact_mut(rows).enumerate() {
            let start = (band * shape.windows() + window) * len;
            self.stored.read_into(start..start + rows, values)?;
        }
        Ok(RowMajorMatrix::new(values, columns))
    }
}
