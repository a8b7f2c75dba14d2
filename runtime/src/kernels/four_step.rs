//! The four-step transform: columns, powers of the root between, rows.
#![forbid(unsafe_code)]

use super::field::{Direction, Library, power};
use super::split::Split;
use super::stream::{fill, pieces};
use crate::store::{Store, StoreError, Stored, Writing, WritingTiles};
use std::iter::successors;

/// Bytes of a row that are turned into a column together: a line of the cache.
const LINE: usize = 64;

/// A transform in two passes over data that is in bands between them.
///
/// With `n = row * columns + column` and `k = rows * k2 + k1`, and `w` of order `rows * columns`:
///
/// ```text
/// a(s w^k) = sum over column:  (w^rows)^(column k2)                        second pass
///              * s^column w^(column k1)                                    between
///              * sum over row:  a[n] (s^columns)^row (w^columns)^(row k1)  first pass
/// ```
///
/// so the shift is one of the columns and a factor between. The inverse has the inverse of `w`, and undoes
/// the shift where `k` says: `s^-k1` between, and `(s^rows)^-k2` in the second pass.
pub(super) struct FourStep<'s, F: Library> {
    store: &'s Store,
    split: Split,
    direction: Direction,
    shift: F,
    tables: F::Tables,
}

impl<'s, F: Library> FourStep<'s, F> {
    pub(super) fn new(store: &'s Store, split: Split, direction: Direction, shift: F) -> Self {
        Self {
            store,
            split,
            direction,
            shift,
            tables: F::Tables::default(),
        }
    }

    pub(super) fn run(&self, input: &Stored<F>) -> Result<Stored<F>, StoreError> {
        // A full disk shows before the work is done.
        let (size, tile_len) = (self.split.size(), self.split.band_rows);
        let output = self.store.write_tiles(size, tile_len)?;
        let middle = self.columns(input, self.store.write(size)?)?;
        self.rows(&middle, &output)?;
        output.freeze()
    }

    /// The first pass. For each band of columns, `middle` gets a block for each band of rows, in which
    /// what was a column is a row.
    fn columns(&self, input: &Stored<F>, mut middle: Writing<F>) -> Result<Stored<F>, StoreError> {
        let (rows, width) = (self.split.rows, self.split.band_columns);
        let read = self.split.row_parts(input.len()).flat_map(pieces::<F>);
        let mut tiles = self.store.tiles(read.map(|piece| (input, piece)));
        let mut parts = self.split.row_parts(input.len());
        let shift = match self.direction {
            Direction::Forward => power(self.shift, self.split.columns),
            Direction::Inverse => F::ONE,
        };
        let mut band = vec![F::ZERO; rows * width];
        for column in (0..self.split.columns).step_by(width) {
            for (row, part) in band.chunks_exact_mut(width).zip(&mut parts) {
                let (present, missing) = row.split_at_mut(part.len());
                fill(&mut tiles, present)?;
                missing.fill(F::ZERO);
            }
            band = F::transform(&self.tables, band, width, self.direction, shift);
            self.multiply(&mut band, column);
            self.turn(&band, &mut middle)?;
        }
        middle.freeze()
    }

    /// Multiplies a band of columns by the powers that belong between the passes.
    fn multiply(&self, band: &mut [F], column: usize) {
        let width = self.split.band_columns;
        let root = F::root(self.split.size().ilog2() as usize);
        let (mut factors, steps) = match self.direction {
            Direction::Forward => (
                powers(self.shift, column, width, F::ONE),
                powers(root, column, width, F::ONE),
            ),
            Direction::Inverse => (
                vec![F::ONE; width],
                powers(root.inverted(), column, width, self.shift.inverted()),
            ),
        };
        for row in band.chunks_exact_mut(width) {
            for ((element, factor), &step) in row.iter_mut().zip(&mut factors).zip(&steps) {
                *element = *element * *factor;
                *factor = *factor * step;
            }
        }
    }

    /// Writes a band of columns: block by block, column by column.
    fn turn(&self, band: &[F], middle: &mut Writing<F>) -> Result<(), StoreError> {
        let Split {
            band_columns: width,
            band_rows: height,
            ..
        } = self.split;
        let turned = width.min(1 << (LINE / size_of::<F>()).max(1).ilog2());
        let mut columns = vec![F::ZERO; turned * height];
        for block in band.chunks_exact(width * height) {
            for first in (0..width).step_by(turned) {
                for (at, row) in block.chunks_exact(width).enumerate() {
                    for (column, &element) in row[first..first + turned].iter().enumerate() {
                        columns[column * height + at] = element;
                    }
                }
                middle.append(&columns)?;
            }
        }
        Ok(())
    }

    /// The second pass. What are rows by number lie as columns, so a band's results are in pieces of the
    /// output as they are.
    fn rows(&self, middle: &Stored<F>, output: &WritingTiles<F>) -> Result<(), StoreError> {
        let (columns, width) = (self.split.columns, self.split.band_rows);
        let bands = self.split.rows / width;
        let read = self.split.blocks().flat_map(pieces::<F>);
        let mut tiles = self.store.tiles(read.map(|piece| (middle, piece)));
        let shift = match self.direction {
            Direction::Forward => F::ONE,
            Direction::Inverse => power(self.shift, self.split.rows),
        };
        let mut results = vec![F::ZERO; columns * width];
        for band in 0..bands {
            fill(&mut tiles, &mut results)?;
            results = F::transform(&self.tables, results, width, self.direction, shift);
            for (row, results) in results.chunks_exact(width).enumerate() {
                output.write(row * bands + band, results)?;
            }
        }
        Ok(())
    }
}

/// `scale` times the powers of `base` from `first` on, `count` of them.
fn powers<F: Library>(base: F, first: usize, count: usize, scale: F) -> Vec<F> {
    let start = scale * power(base, first);
    successors(Some(start), |&last| Some(last * base))
        .take(count)
        .collect()
}
