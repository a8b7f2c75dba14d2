//! The rows that constraints are evaluated on, read from the file as they are asked for.

use std::sync::Arc;

use p3_field::{PackedValue, TwoAdicField};
use p3_matrix::Matrix;
use p3_util::log2_strict_usize;
use zkarena::Plain;

use crate::stream::lde::StreamLde;
use crate::stream::window::{Window, Windows};

/// Values on a coset `gL`, in natural order.
#[derive(Debug)]
pub struct StreamEvaluations<'a, F> {
    lde: &'a StreamLde<F>,
    log_height: usize,
    windows: Windows<F>,
}

impl<'a, F: TwoAdicField + Plain> StreamEvaluations<'a, F> {
    /// On the coset of `height` points.
    pub(crate) fn new(lde: &'a StreamLde<F>, height: usize) -> Self {
        let log_height = log2_strict_usize(height);
        assert!(
            log_height <= lde.log_extended(),
            "committed on fewer points than constraints are evaluated on"
        );
        // Of each coset a thread has a window for its rows, and one for the rows that follow.
        let threads = rayon::current_num_threads() + 1;
        Self {
            lde,
            log_height,
            windows: Windows::new(2 * threads * lde.shape.cosets()),
        }
    }

    /// Where row `number` is, or that which wraps around to it: the window, and the row in it.
    fn at(&self, number: usize) -> (Arc<Window<F>>, usize) {
        let number = number % (1 << self.log_height);
        let number = number << (self.lde.log_extended() - self.log_height);
        let (coset, row) = self.lde.place(number);
        let shape = &self.lde.shape;
        let window = row >> shape.log_rows;
        let read = || self.lde.window(coset, window);
        (self.windows.get((coset, window), read), row % shape.rows())
    }

    /// The columns of some rows, packed.
    fn packed<P: PackedValue<Value = F>>(&self, row: usize) -> Vec<P> {
        let rows: Vec<_> = (row..row + P::WIDTH).map(|row| self.at(row)).collect();
        let shape = &self.lde.shape;
        let mut packed = Vec::with_capacity(shape.width);
        for band in 0..shape.bands() {
            let rows: Vec<&[F]> = rows
                .iter()
                .map(|(window, row)| window.row(*row, band))
                .collect();
            let columns = 0..shape.columns(band).len();
            packed.extend(columns.map(|column| P::from_fn(|lane| rows[lane][column])));
        }
        packed
    }
}

impl<F: TwoAdicField + Plain> Matrix<F> for StreamEvaluations<'_, F> {
    fn width(&self) -> usize {
        self.lde.shape.width
    }

    fn height(&self) -> usize {
        1 << self.log_height
    }

    #[allow(unsafe_code)] // The trait's signature: a caller may not go out of bounds. This checks.
    unsafe fn row_subseq_unchecked(
        &self,
        row: usize,
        start: usize,
        end: usize,
    ) -> impl IntoIterator<Item = F, IntoIter = impl Iterator<Item = F> + Send + Sync> {
        let mut values = self.packed::<F>(row);
        values.truncate(end);
        values.split_off(start)
    }

    fn vertically_packed_row<P: PackedValue<Value = F>>(
        &self,
        row: usize,
    ) -> impl Iterator<Item = P> {
        self.packed(row).into_iter()
    }
}
