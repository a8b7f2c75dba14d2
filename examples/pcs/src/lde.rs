//! Low-degree extensions in the arena. What knows where their rows are is here; the scheme sees
//! matrices.
//!
//! Commit to `p`, given on a domain `sH` of `N` points, by its values on the coset `gK`, where `g`
//! generates the field's multiplicative group and `K` has `N * blowup` points. Rows are kept in
//! bit-reversed order, and in two blocks:
//!
//! ```text
//!          columns of one band
//!         +------|----|---------+
//!  low    |      |    |         |  N rows: values on gH, which determine p.
//!         |      |    |         |  The trace is written here, and each band is replaced in place.
//!         +------|----|---------+
//!  high   |      |    |         |  N * (blowup - 1) rows: values on the other cosets of H in gK
//!         +------|----|---------+
//! ```
//!
//! So an extension takes its own memory and one band, and no row moves twice. Two blocks rather
//! than one, because a trace that comes as a `Vec` is freed before the high block is allocated.

use std::ops::Range;

use p3_dft::TwoAdicSubgroupDft;
use p3_field::TwoAdicField;
use p3_matrix::Matrix;
use p3_matrix::bitrev::{BitReversalPerm, BitReversedMatrixView, BitReversibleMatrix};
use p3_matrix::dense::{DenseMatrix, RowMajorMatrix, RowMajorMatrixView};
use p3_matrix::stack::{VerticalPair, ViewPair};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};

use crate::phase::{PVec, Phase};

/// Rows of a matrix in the arena of a phase.
pub type Block<'ph, F> = DenseMatrix<F, PVec<'ph, F>>;
/// A low-degree extension, rows in bit-reversed order: the low block over the high one.
pub type Lde<'ph, F> = VerticalPair<Block<'ph, F>, Block<'ph, F>>;
/// Rows of an [`Lde`] in natural order.
pub type Evaluations<'a, F> = BitReversedMatrixView<ViewPair<'a, F>>;

/// Columns that go through the DFT together: `N` rows of them stay in a second-level cache longer
/// than whole rows would, and are whole vectors of every packed field.
const BAND: usize = 64;
/// Rows that one task copies.
const ROWS: usize = 64;

/// Copy `rows` into the arena.
pub(crate) fn block<'ph, F: TwoAdicField>(
    phase: Phase<'ph>,
    rows: &[F],
    width: usize,
) -> Block<'ph, F> {
    let mut values = phase.vec_with(rows.len());
    values.extend_from_slice(rows);
    Block::new(values, width)
}

/// Extend the columns of `low`, values on a domain `sH` in natural order, to `gK`; `shift` is
/// `g / s`.
pub(crate) fn extend<'ph, F: TwoAdicField>(
    dft: &impl TwoAdicSubgroupDft<F>,
    phase: Phase<'ph>,
    mut low: Block<'ph, F>,
    log_blowup: usize,
    shift: F,
) -> Lde<'ph, F> {
    let (height, width) = (low.height(), low.width());
    let high_len = ((height << log_blowup) - height) * width;
    let mut high = phase.vec_with(high_len);
    high.resize(high_len, F::ZERO);
    let mut high = Block::new(high, width);

    let mut buffer = Vec::with_capacity((height << log_blowup) * BAND.min(width));
    for start in (0..width).step_by(BAND) {
        let columns = start..width.min(start + BAND);
        let band = gather(&low, &columns, buffer);
        let band = dft.coset_lde_batch(band, log_blowup, shift);
        let band = band.bit_reverse_rows().to_row_major_matrix();
        let (band_low, band_high) = band.split_rows(height);
        scatter(band_low, &columns, &mut low);
        scatter(band_high, &columns, &mut high);
        buffer = band.values;
    }
    Lde::new(low, high)
}

/// Copy `columns` of `from` into a matrix of their own, over what is in `buffer`.
fn gather<F: TwoAdicField>(
    from: &Block<'_, F>,
    columns: &Range<usize>,
    mut buffer: Vec<F>,
) -> RowMajorMatrix<F> {
    buffer.resize(from.height() * columns.len(), F::ZERO);
    let mut band = RowMajorMatrix::new(buffer, columns.len());
    let chunks = band.par_row_chunks_mut(ROWS).zip(from.par_row_chunks(ROWS));
    chunks.for_each(|(mut to, from)| {
        for (to, from) in to.rows_mut().zip(from.row_slices()) {
            to.copy_from_slice(&from[columns.clone()]);
        }
    });
    band
}

/// Copy a matrix into `columns` of `to`.
fn scatter<F: TwoAdicField>(
    from: RowMajorMatrixView<'_, F>,
    columns: &Range<usize>,
    to: &mut Block<'_, F>,
) {
    let chunks = to.par_row_chunks_mut(ROWS).zip(from.par_row_chunks(ROWS));
    chunks.for_each(|(mut to, from)| {
        for (to, from) in to.rows_mut().zip(from.row_slices()) {
            to[columns.clone()].copy_from_slice(from);
        }
    });
}

/// The first `height` rows of `lde`: the values on the coset `gL` of the subgroup `L` with as many
/// elements, in natural order.
///
/// # Panics
/// If `height` exceeds that of `lde`.
pub(crate) fn evaluations<'a, F: TwoAdicField>(
    lde: &'a Lde<'_, F>,
    height: usize,
) -> Evaluations<'a, F> {
    let low_height = height.min(lde.top.height());
    let (low, _) = lde.top.split_rows(low_height);
    let (high, _) = lde.bottom.split_rows(height - low_height);
    BitReversalPerm::new_view(ViewPair::new(low, high))
}
