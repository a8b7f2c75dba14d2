//! Columns that come band by band.
#![forbid(unsafe_code)]

use super::shape::Shape;
use crate::store::StoreError;
use p3_field::TwoAdicField;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

/// A matrix whose columns can be had, some at a time.
pub(crate) trait Columns<F> {
    fn width(&self) -> usize;

    fn height(&self) -> usize;

    /// What reads all bands of `shape`, from left to right.
    fn bands(&self, shape: Shape) -> impl Bands<F> + '_;
}

/// Bands of columns in order.
pub(crate) trait Bands<F> {
    /// Writes the next band to `into`, row by row.
    fn read(&mut self, into: &mut Vec<F>) -> Result<(), StoreError>;
}

impl<F: TwoAdicField> Columns<F> for RowMajorMatrix<F> {
    fn width(&self) -> usize {
        self.width
    }

    fn height(&self) -> usize {
        Matrix::height(self)
    }

    fn bands(&self, shape: Shape) -> impl Bands<F> + '_ {
        Selected {
            matrix: self,
            shape,
            next: 0,
        }
    }
}

/// Bands of a matrix in memory.
struct Selected<'a, F> {
    matrix: &'a RowMajorMatrix<F>,
    shape: Shape,
    next: usize,
}

impl<F: TwoAdicField> Bands<F> for Selected<'_, F> {
    fn read(&mut self, into: &mut Vec<F>) -> Result<(), StoreError> {
        let columns = self.shape.columns(self.next);
        into.resize(columns.len() * Columns::height(self.matrix), F::ZERO);
        let rows = self.matrix.values.par_chunks_exact(self.matrix.width);
        into.par_chunks_exact_mut(columns.len())
            .zip(rows)
            .for_each(|(into, row)| into.copy_from_slice(&row[columns.clone()]));
        self.next += 1;
        Ok(())
    }
}
