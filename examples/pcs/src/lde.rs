//! Low-degree extensions in the arena. What knows where their rows are is here; the scheme sees
//! matrices.
//!
//! Commit to `p`, given on a domain `sH` of `N` points, by its values on the coset `gK`, where `g`
//! generates the field's multiplicative group and `K` has `N * blowup` points. Rows are kept in
//! bit-reversed order, and in two blocks:
//!
//! ```text
//!          all columns
//!         +-------------------+
//!  low    |                   |  N rows: values on gH, which determine p.
//!         |                   |  The trace is written here, in natural order.
//!         +-------------------+
//!  high   |                   |  N * (blowup - 1) rows: values on the other cosets of H in gK.
//!         |                   |  Coefficients are kept here on the way.
//!         +-------------------+
//! ```
//!
//! So an extension takes no memory but its own. Two blocks rather than one, because a trace that
//! comes as a `Vec` is freed before the high block is allocated.

use std::ops::Deref;

use p3_field::TwoAdicField;
use p3_matrix::Matrix;
use p3_matrix::dense::DenseMatrix;
use p3_util::log2_strict_usize;
use zkarena::{PVec, Phase, zk_phase};

use crate::Evaluations;
use crate::passes::Passes;
use crate::points::{LowRows, Piece};

/// Rows of a matrix in the arena of a phase.
pub type Block<'ph, F> = DenseMatrix<F, PVec<'ph, F>>;

/// A low-degree extension, rows in bit-reversed order: the low block over the high one.
///
/// A `VerticalPair` is the same matrix, but its rows do not say how long they are: each row that FRI
/// opens would be collected into a vector that grows up to twice its length.
#[derive(Clone, Debug)]
pub struct Lde<'ph, F> {
    pub(crate) low: Block<'ph, F>,
    pub(crate) high: Block<'ph, F>,
}

impl<F: TwoAdicField> Lde<'_, F> {
    fn slice(&self, row: usize) -> &[F] {
        let (block, row) = match row.checked_sub(self.low.height()) {
            Some(row) => (&self.high, row),
            None => (&self.low, row),
        };
        &block.values[row * block.width..][..block.width]
    }
}

impl<F: TwoAdicField> LowRows<F> for Lde<'_, F> {
    const NATURAL: bool = false;

    fn width(&self) -> usize {
        self.low.width()
    }

    fn height(&self) -> usize {
        self.low.height()
    }

    fn shift(&self) -> F {
        F::GENERATOR
    }

    fn pieces(&self, take: &mut dyn FnMut(Piece<'_, F>)) {
        take(Piece {
            first_row: 0,
            first_column: 0,
            rows: self.low.as_view(),
        });
    }
}

#[allow(unsafe_code)] // The trait's signatures: a caller may not go out of bounds. These check.
impl<F: TwoAdicField> Matrix<F> for Lde<'_, F> {
    fn width(&self) -> usize {
        self.low.width()
    }

    fn height(&self) -> usize {
        self.low.height() + self.high.height()
    }

    unsafe fn row_subseq_unchecked(
        &self,
        row: usize,
        start: usize,
        end: usize,
    ) -> impl IntoIterator<Item = F, IntoIter = impl Iterator<Item = F> + Send + Sync> {
        self.slice(row)[start..end].iter().copied()
    }

    unsafe fn row_subslice_unchecked(
        &self,
        row: usize,
        start: usize,
        end: usize,
    ) -> impl Deref<Target = [F]> {
        &self.slice(row)[start..end]
    }
}

/// Copy `rows` into the arena.
pub(crate) fn block<'ph, F: TwoAdicField>(
    phase: Phase<'ph>,
    rows: &[F],
    width: usize,
) -> Block<'ph, F> {
    Block::new(phase.vec_from(rows), width)
}

/// Extend the columns of `low`, values on a domain `sH` in natural order, to `gK`; `shift` is
/// `g / s`.
///
/// In three passes over the rows, through strips of columns that stay in a cache:
/// 1. blocks of consecutive rows are interpolated as far as that goes, from `low` into `high`;
/// 2. rows of equal remainder are interpolated to the end, which gives coefficients, and evaluated
///    as far as that goes, on each coset;
/// 3. blocks of consecutive rows are evaluated to the end.
///
/// Twiddle factors and buffers are in `tmp`, and gone when this returns.
#[zk_phase(tmp in out, name = "lde")]
pub(crate) fn extend<'ph, F: TwoAdicField>(
    mut low: Block<'ph, F>,
    log_blowup: usize,
    shift: F,
    out: Phase<'ph>,
) -> Lde<'ph, F> {
    let (height, width) = (low.height(), low.width());
    let high_len = ((height << log_blowup) - height) * width;
    let mut high = Block::new(out.par_vec(high_len, |_| F::ZERO), width);

    let passes = Passes::new(tmp, (log2_strict_usize(height), width), log_blowup, shift);
    passes.interpolate_blocks(&low, &mut high);
    passes.pass_between(&mut low, &mut high);
    passes.evaluate_blocks(&mut low, 0);
    passes.evaluate_blocks(&mut high, 1);
    Lde { low, high }
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
    let low_height = height.min(lde.low.height());
    let (low, _) = lde.low.split_rows(low_height);
    let (high, _) = lde.high.split_rows(height - low_height);
    Evaluations::new(low.values, high.values, low.width(), height)
}
