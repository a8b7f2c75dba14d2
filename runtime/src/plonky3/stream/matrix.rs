//! A committed matrix: its extension, and what determines its polynomials.
#![forbid(unsafe_code)]

use super::bands::{Bands, Columns};
use super::lde::StreamLde;
use super::trace::StreamTrace;
use crate::plain::Plain;
use crate::plonky3::points::{LowRows, Piece};
use p3_field::{PrimeField64, TwoAdicField};
use p3_matrix::dense::RowMajorMatrixView;
use std::sync::Arc;

/// A matrix in the file.
#[derive(Debug)]
pub(crate) struct StreamMatrix<F> {
    pub(crate) lde: Arc<StreamLde<F>>,
    pub(crate) log_blowup: usize,
    /// What was extended, and the first point of its domain. Without it, every row of the extension that
    /// is on `gH` is read.
    pub(crate) trace: Option<(StreamTrace<F>, F)>,
}

impl<F: PrimeField64 + TwoAdicField + Plain> LowRows<F> for StreamMatrix<F> {
    const NATURAL: bool = true;

    fn width(&self) -> usize {
        self.lde.shape.width
    }

    fn height(&self) -> usize {
        self.lde.shape.height() >> self.log_blowup
    }

    fn shift(&self) -> F {
        self.trace
            .as_ref()
            .map_or(F::GENERATOR, |(_, shift)| *shift)
    }

    fn pieces(&self, take: &mut dyn FnMut(Piece<'_, F>)) {
        let Some((trace, _)) = &self.trace else {
            return self
                .lde
                .rows_by(1 << self.log_blowup, &mut |first_row, rows| {
                    take(Piece {
                        first_row,
                        first_column: 0,
                        rows,
                    });
                });
        };
        let (shape, mut values) = (trace.shape, Vec::new());
        let mut bands = trace.bands(shape);
        for band in 0..shape.bands() {
            if let Err(error) = bands.read(&mut values) {
                return self.lde.medium.note(Err(error));
            }
            let columns = shape.columns(band);
            take(Piece {
                first_row: 0,
                first_column: columns.start,
                rows: RowMajorMatrixView::new(&values, columns.len()),
            });
        }
    }
}
