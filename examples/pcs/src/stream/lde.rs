//! Extensions on their way to the file, and in it.

use std::ops::Range;
use std::sync::Arc;

use p3_field::TwoAdicField;
use p3_matrix::Matrix;
use p3_util::reverse_bits_len;
use zkarena::{Plain, StoreError, Stored, WritingTiles};

use crate::points::{LowRows, Piece};
use crate::stream::medium::Medium;
use crate::stream::shape::Shape;
use crate::stream::window::Window;

/// A low-degree extension that is being written, band by band and coset by coset.
#[derive(Debug)]
pub(crate) struct LdeWriting<F> {
    shape: Shape,
    tiles: WritingTiles<F>,
    medium: Arc<Medium>,
    /// One tile.
    buffer: Vec<F>,
}

impl<F: TwoAdicField + Plain> LdeWriting<F> {
    /// Takes room in the file.
    pub(crate) fn new(medium: &Arc<Medium>, shape: Shape) -> Result<Self, StoreError> {
        Ok(Self {
            shape,
            tiles: medium.store.write_tiles(shape.len(), shape.tile_len())?,
            medium: Arc::clone(medium),
            buffer: Vec::with_capacity(shape.tile_len()),
        })
    }

    /// Writes the columns of a band on a coset; `rows` are in natural order.
    pub(crate) fn write(
        &mut self,
        (coset, band): (usize, usize),
        rows: &impl Matrix<F>,
    ) -> Result<(), StoreError> {
        let Shape { band: columns, .. } = self.shape;
        for window in 0..self.shape.windows() {
            self.buffer.clear();
            let first = window << self.shape.log_rows;
            for row in first..first + self.shape.rows() {
                let row = row_of(rows, row);
                self.buffer.extend_from_slice(&row);
                let missing = columns - row.len();
                self.buffer.extend(std::iter::repeat_n(F::ZERO, missing));
            }
            let window = coset * self.shape.windows() + window;
            let tile = window * self.shape.bands() + band;
            self.tiles.write(tile, &self.buffer)?;
        }
        Ok(())
    }

    /// Ends the writing.
    pub(crate) fn freeze(self) -> Result<StreamLde<F>, StoreError> {
        Ok(StreamLde {
            shape: self.shape,
            stored: self.tiles.freeze()?,
            medium: self.medium,
        })
    }
}

/// A row that there is.
pub(crate) fn row_of<F: TwoAdicField>(
    rows: &impl Matrix<F>,
    row: usize,
) -> impl std::ops::Deref<Target = [F]> {
    rows.row_slice(row).expect("a row of the matrix")
}

/// A low-degree extension in the file.
#[derive(Debug)]
pub(crate) struct StreamLde<F> {
    pub(crate) shape: Shape,
    stored: Stored<F>,
    pub(crate) medium: Arc<Medium>,
}

impl<F: TwoAdicField + Plain> StreamLde<F> {
    /// Base-2 logarithm of the rows of all cosets.
    pub(crate) const fn log_extended(&self) -> usize {
        self.shape.log_height + self.shape.log_cosets
    }

    /// Some rows of a coset; zeros if they cannot be read.
    pub(crate) fn window(&self, coset: usize, window: usize) -> Window<F> {
        let len = self.shape.window_len();
        let start = (coset * self.shape.windows() + window) * len;
        let mut values = F::zero_vec(len);
        let read = self.stored.read_into(start..start + len, &mut values);
        self.medium.note(read);
        Window {
            shape: self.shape,
            values,
        }
    }

    /// Rows of the extension in bit-reversed order, as its tree counts them; zeros if they cannot be read.
    pub(crate) fn rows(&self, leaves: &[usize]) -> Vec<Vec<F>> {
        let mut rows = Vec::with_capacity(leaves.len());
        self.medium.note(self.read_rows(leaves, &mut rows));
        rows.resize_with(leaves.len(), || F::zero_vec(self.shape.width));
        rows
    }

    fn read_rows(&self, leaves: &[usize], rows: &mut Vec<Vec<F>>) -> Result<(), StoreError> {
        let bands = 0..self.shape.bands();
        let pieces = leaves
            .iter()
            .flat_map(|&leaf| bands.clone().map(move |band| self.elements(leaf, band)));
        let pieces: Vec<Range<usize>> = pieces.collect();
        let pieces = pieces.into_iter().map(|elements| (&self.stored, elements));
        let mut tiles = self.medium.store.tiles(pieces);
        let mut row = Vec::with_capacity(self.shape.width);
        while let Some(tile) = tiles.next()? {
            row.extend_from_slice(&tile);
            if row.len() == self.shape.width {
                let full = Vec::with_capacity(self.shape.width);
                rows.push(std::mem::replace(&mut row, full));
            }
        }
        Ok(())
    }

    /// Where the columns of a band of a row are in the file.
    fn elements(&self, leaf: usize, band: usize) -> Range<usize> {
        let shape = &self.shape;
        let (coset, row) = self.place(reverse_bits_len(leaf, self.log_extended()));
        let window = coset * shape.windows() + (row >> shape.log_rows);
        let tile = window * shape.window_len() + band * shape.tile_len();
        let start = tile + (row % shape.rows()) * shape.band;
        start..start + shape.columns(band).len()
    }

    /// Coset and row of row `number` in natural order.
    pub(crate) const fn place(&self, number: usize) -> (usize, usize) {
        (
            number % self.shape.cosets(),
            number >> self.shape.log_cosets,
        )
    }
}

impl<F: TwoAdicField + Plain> LowRows<F> for StreamLde<F> {
    const NATURAL: bool = true;

    fn width(&self) -> usize {
        self.shape.width
    }

    fn height(&self) -> usize {
        self.shape.height()
    }

    fn pieces(&self, take: &mut dyn FnMut(Piece<'_, F>)) {
        for number in 0..self.shape.windows() {
            let window = self.window(0, number);
            take(Piece {
                first_row: number << self.shape.log_rows,
                bands: window.bands(),
            });
        }
    }
}
