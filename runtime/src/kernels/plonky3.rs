//! Plonky3's 31-bit fields, with its parallel radix-2 transform.
#![forbid(unsafe_code)]

use super::field::{Direction, Library, NttField};
use p3_dft::{Radix2DitParallel, TwoAdicSubgroupDft};
use p3_field::{Field, PrimeCharacteristicRing, TwoAdicField};
use p3_matrix::bitrev::BitReversibleMatrix;
use p3_matrix::dense::RowMajorMatrix;
use p3_matrix::util::reverse_matrix_index_bits;
use p3_monty_31::{FieldParameters, MontyField31, TwoAdicData};

impl<P: FieldParameters + TwoAdicData> NttField for MontyField31<P> {}

impl<P: FieldParameters + TwoAdicData> Library for MontyField31<P> {
    type Tables = Radix2DitParallel<Self>;

    const LOG_MOST: usize = <Self as TwoAdicField>::TWO_ADICITY;
    const ZERO: Self = <Self as PrimeCharacteristicRing>::ZERO;
    const ONE: Self = <Self as PrimeCharacteristicRing>::ONE;

    fn root(log_size: usize) -> Self {
        Self::two_adic_generator(log_size)
    }

    fn inverted(self) -> Self {
        self.inverse()
    }

    fn transform(
        tables: &Self::Tables,
        matrix: Vec<Self>,
        width: usize,
        direction: Direction,
        shift: Self,
    ) -> Vec<Self> {
        let matrix = RowMajorMatrix::new(matrix, width);
        match direction {
            Direction::Inverse => tables.coset_idft_batch(matrix, shift).values,
            Direction::Forward => {
                let evaluations = tables.coset_dft_batch(matrix, shift);
                let mut reversed = evaluations.bit_reverse_rows();
                reverse_matrix_index_bits(&mut reversed); // in place
                reversed.values
            }
        }
    }
}
