//! The three passes of an extension over the rows of an arena.
#![forbid(unsafe_code)]

use super::lde::Block;
use super::transform::{Evaluation, Interpolation, Roots};
use crate::owners::PVec;
use crate::phase::Phase;
use p3_field::{TwoAdicField, scale_slice_in_place_single_core};
use p3_matrix::Matrix;
use p3_util::reverse_bits_len;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::ops::Range;

/// Field elements in a block of consecutive rows: half of a second-level cache.
const BLOCK: usize = 1 << 17;
/// Columns of rows that are not consecutive.
const STRIP: usize = 64;

/// Sizes and factors of an extension of `N` rows, and where its buffers are.
pub(crate) struct Passes<'tmp, F> {
    tmp: Phase<'tmp>,
    log_height: usize,
    /// Base-2 logarithm of the rows in a block of consecutive rows.
    log_block: usize,
    interpolation: Interpolation<'tmp, F>,
    roots: Roots<'tmp, F>,
    /// On each coset of `H` in `gK`, in the order of their rows.
    evaluations: Vec<Evaluation<F>>,
}

impl<'tmp, F: TwoAdicField> Passes<'tmp, F> {
    /// For `2^log_height` rows of `width` columns; `shift` is that of the first coset.
    pub(crate) fn new(
        tmp: Phase<'tmp>,
        (log_height, width): (usize, usize),
        log_blowup: usize,
        shift: F,
    ) -> Self {
        let step = F::two_adic_generator(log_height + log_blowup);
        let shifts = (0..1 << log_blowup)
            .map(|coset| shift * step.exp_u64(reverse_bits_len(coset, log_blowup) as u64));
        Self {
            tmp,
            log_height,
            log_block: log_height.min((BLOCK / width).max(1).ilog2() as usize),
            interpolation: Interpolation::new(tmp, log_height),
            roots: Roots::new(tmp, log_height),
            evaluations: shifts
                .map(|shift| Evaluation::new(log_height, shift))
                .collect(),
        }
    }

    /// Interpolate blocks of `low`, in bit-reversed order, into the first rows of `high`.
    pub(crate) fn interpolate_blocks(&self, low: &Block<'_, F>, high: &mut Block<'_, F>) {
        let width = low.width();
        let scale = F::ONE.div_2exp_u64(self.log_height as u64);
        let blocks = high.par_row_chunks_mut(1 << self.log_block).enumerate();
        let blocks = blocks.take(1 << (self.log_height - self.log_block));
        blocks.for_each(|(block, rows)| {
            let numbers = (block << self.log_block)..;
            for (row, number) in rows.values.chunks_exact_mut(width).zip(numbers) {
                let from = reverse_bits_len(number, self.log_height);
                row.copy_from_slice(&low.values[from * width..][..width]);
            }
            scale_slice_in_place_single_core(rows.values, scale);
            self.interpolation.apply(rows.values, width, block);
        });
    }

    /// Interpolate the first rows of `high` to the end, and evaluate what results on each coset.
    pub(crate) fn pass_between(&self, low: &mut Block<'_, F>, high: &mut Block<'_, F>) {
        let width = low.width();
        let groups = self.groups(low, high).into_par_iter();
        let strip_rows = 1 << (self.log_height - self.log_block);
        groups.for_each_init(
            || Buffers::new(self.tmp, strip_rows),
            |buffers, mut rows| {
                for start in (0..width).step_by(STRIP) {
                    self.strip(buffers, start..width.min(start + STRIP), &mut rows);
                }
            },
        );
    }

    /// The rows of `low` and then of `high`, grouped by their remainder modulo the length of a
    /// block of consecutive ones.
    fn groups<'a>(
        &self,
        low: &'a mut Block<'_, F>,
        high: &'a mut Block<'_, F>,
    ) -> Vec<Vec<&'a mut [F]>> {
        let count = 1 << self.log_block;
        let len = (low.height() + high.height()) >> self.log_block;
        let mut groups: Vec<_> = (0..count).map(|_| Vec::with_capacity(len)).collect();
        for (number, row) in low.rows_mut().chain(high.rows_mut()).enumerate() {
            groups[number % count].push(row);
        }
        groups
    }

    /// The second pass over one group and some columns.
    fn strip(
        &self,
        Buffers {
            coefficients,
            values,
        }: &mut Buffers<'_, F>,
        columns: Range<usize>,
        rows: &mut [&mut [F]],
    ) {
        let len = rows.len() / self.evaluations.len();
        coefficients.clear();
        for row in &rows[len..2 * len] {
            coefficients.extend_from_slice(&row[columns.clone()]);
        }
        self.interpolation.apply(coefficients, columns.len(), 0);

        for (evaluation, rows) in self.evaluations.iter().zip(rows.chunks_exact_mut(len)) {
            values.clone_from(coefficients);
            evaluation.apply(&self.roots, values, columns.len(), (0, 0));
            for (row, values) in rows.iter_mut().zip(values.chunks_exact(columns.len())) {
                row[columns.clone()].copy_from_slice(values);
            }
        }
    }

    /// Evaluate blocks to the end; the first row of `rows` is that of coset `first`.
    pub(crate) fn evaluate_blocks(&self, rows: &mut Block<'_, F>, first: usize) {
        let width = rows.width();
        let layer = self.log_height - self.log_block;
        let blocks = rows.par_row_chunks_mut(1 << self.log_block).enumerate();
        blocks.for_each(|(block, rows)| {
            let evaluation = &self.evaluations[first + (block >> layer)];
            let place = (layer, block % (1 << layer));
            evaluation.apply(&self.roots, rows.values, width, place);
        });
    }
}

/// Columns of a group, and a copy to work on.
struct Buffers<'tmp, F> {
    coefficients: PVec<'tmp, F>,
    values: PVec<'tmp, F>,
}

impl<'tmp, F> Buffers<'tmp, F> {
    /// For a strip of that many rows.
    fn new(tmp: Phase<'tmp>, rows: usize) -> Self {
        Self {
            coefficients: tmp.vec_with(rows * STRIP),
            values: tmp.vec_with(rows * STRIP),
        }
    }
}
