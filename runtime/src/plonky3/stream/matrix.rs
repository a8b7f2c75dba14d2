//! A committed matrix: its extension, and what determines its polynomials.
#![forbid(unsafe_code)]

use super::bands::{Bands, Columns};
use super::lde::StreamLde;
use super::rows::Again;
use super::shape::Shape;
use super::trace::StreamTrace;
use crate::plain::Plain;
use crate::plonky3::points::{LowRows, Piece};
use crate::store::StoreError;
use p3_field::{PrimeField64, TwoAdicField};
use p3_matrix::dense::RowMajorMatrixView;
use std::fmt;
use std::sync::Arc;

/// Rows that are made are taken so many at a time at least.
pub(crate) const LEAST_ROWS: usize = 128;

/// A matrix in the file.
#[derive(Debug)]
pub(crate) struct StreamMatrix<F> {
    pub(crate) lde: Arc<StreamLde<F>>,
    pub(crate) log_blowup: usize,
    /// What was extended, and the first point of its domain. Without it, every row of the extension that
    /// is on `gH` is read.
    pub(crate) trace: Option<(Low<F>, F)>,
}

/// The rows that were extended.
pub(crate) enum Low<F> {
    Stored(StreamTrace<F>),
    Made(Shape, Again<F>),
}

impl<F> fmt::Debug for Low<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stored(trace) => trace.fmt(f),
            Self::Made(shape, _) => f.debug_tuple("Made").field(shape).finish(),
        }
    }
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
        match &self.trace {
            Some((Low::Stored(trace), _)) => self.lde.medium.note(bands_of(trace, take)),
            Some((Low::Made(shape, again), _)) => rows_of(shape, again, take),
            None => self
                .lde
                .rows_by(1 << self.log_blowup, &mut |first_row, rows| {
                    take(Piece {
                        first_row,
                        first_column: 0,
                        rows,
                    });
                }),
        }
    }
}

/// All rows of some columns at a time.
fn bands_of<F: PrimeField64 + TwoAdicField + Plain>(
    trace: &StreamTrace<F>,
    take: &mut dyn FnMut(Piece<'_, F>),
) -> Result<(), StoreError> {
    let (shape, mut values) = (trace.shape, Vec::new());
    let mut bands = trace.bands(shape);
    for band in 0..shape.bands() {
        bands.read(&mut values)?;
        let columns = shape.columns(band);
        take(Piece {
            first_row: 0,
            first_column: columns.start,
            rows: RowMajorMatrixView::new(&values, columns.len()),
        });
    }
    Ok(())
}

/// All columns of some rows at a time.
///
/// # Panics
/// If there are fewer or more rows than before.
fn rows_of<F: TwoAdicField>(shape: &Shape, again: &Again<F>, take: &mut dyn FnMut(Piece<'_, F>)) {
    let (width, mut first_row) = (shape.width, 0);
    let mut hand_over = |elements: &[F]| {
        let rows = RowMajorMatrixView::new(elements, width);
        let first = first_row;
        first_row += elements.len() / width;
        assert!(first_row <= shape.height(), "as many rows as before");
        take(Piece {
            first_row: first,
            first_column: 0,
            rows,
        });
    };
    let full = width * LEAST_ROWS.min(shape.height());
    let mut collected = Vec::with_capacity(full);
    again(&mut |mut elements| {
        if collected.is_empty() && elements.len() >= full {
            let (whole, rest) = elements.split_at(elements.len() / width * width);
            hand_over(whole);
            elements = rest;
        }
        while !elements.is_empty() {
            let (now, later) = elements.split_at(elements.len().min(full - collected.len()));
            collected.extend_from_slice(now);
            elements = later;
            if collected.len() == full {
                hand_over(&collected);
                collected.clear();
            }
        }
    });
    if !collected.is_empty() {
        hand_over(&collected);
    }
    assert_eq!(first_row, shape.height(), "as many rows as before");
}
