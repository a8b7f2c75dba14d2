//! What FRI is run on: sums over the columns of all matrices of one height, see [`points`](super::points).
#![forbid(unsafe_code)]

use p3_dft::TwoAdicSubgroupDft;
use p3_field::{ExtensionField, TwoAdicField};
use p3_matrix::Matrix;
use p3_matrix::bitrev::BitReversibleMatrix;
use p3_matrix::dense::RowMajorMatrix;
use p3_util::reverse_slice_index_bits;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

/// `R` for matrices of one height.
pub(crate) struct Reduced<F, EF> {
    pub(super) height: usize,
    natural: bool,
    /// Terms by the coset that the low rows of their matrices are on, in the order of those.
    parts: Vec<(F, Vec<EF>)>,
    /// The power of `alpha` of the next column.
    pub(super) next_weight: EF,
}

impl<F: TwoAdicField, EF: ExtensionField<F>> Reduced<F, EF> {
    /// Of matrices of that height, and nothing so far.
    pub(super) fn new(height: usize, natural: bool) -> Self {
        Self {
            height,
            natural,
            parts: Vec::new(),
            next_weight: EF::ONE,
        }
    }

    /// The terms on the coset that `shift` begins.
    pub(super) fn on(&mut self, shift: F) -> &mut [EF] {
        let known = self.parts.iter().position(|(known, _)| *known == shift);
        let known = known.unwrap_or_else(|| {
            self.parts.push((shift, EF::zero_vec(self.height)));
            self.parts.len() - 1
        });
        &mut self.parts[known].1
    }

    /// The codeword for FRI: `R` on `gK`, in bit-reversed order.
    pub(crate) fn codeword(self, dft: &impl TwoAdicSubgroupDft<F>, log_blowup: usize) -> Vec<EF> {
        let natural = self.natural;
        let parts = self.parts.into_iter().map(|(shift, mut rows)| {
            if !natural {
                reverse_slice_index_bits(&mut rows);
            }
            let rows = RowMajorMatrix::new_col(rows).flatten_to_base::<F>();
            let codeword = dft.coset_lde_batch(rows, log_blowup, F::GENERATOR / shift);
            let codeword = codeword.bit_reverse_rows().to_row_major_matrix();
            EF::reconstitute_from_base(codeword.values)
        });
        let add = |mut sum: Vec<EF>, part: Vec<EF>| {
            sum.par_iter_mut()
                .zip(part)
                .for_each(|(sum, term)| *sum += term);
            sum
        };
        parts.reduce(add).expect("terms of a matrix")
    }
}
