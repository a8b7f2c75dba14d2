//! The rows that constraints are evaluated on.

use p3_field::{PackedValue, TwoAdicField};
use p3_matrix::Matrix;
use p3_util::{log2_strict_usize, reverse_bits_len};

/// Values on a coset `gL`, in natural order, read from rows in bit-reversed order in two blocks.
///
/// A `BitReversedMatrixView` of a `VerticalPair` is the same matrix; but with more than eight lanes
/// in a pack it finds out for each element again which row of which block it is in.
#[derive(Clone, Copy, Debug)]
pub struct Evaluations<'a, F> {
    low: &'a [F],
    high: &'a [F],
    width: usize,
    log_height: usize,
}

/// Lanes of the widest pack of 32-bit elements.
const LANES: usize = 16;

impl<'a, F: TwoAdicField> Evaluations<'a, F> {
    /// Of the `height` rows in `low` and then in `high`.
    pub(crate) fn new(low: &'a [F], high: &'a [F], width: usize, height: usize) -> Self {
        Self {
            low,
            high,
            width,
            log_height: log2_strict_usize(height),
        }
    }

    /// Row `number`, or that which wraps around to it.
    fn at(&self, number: usize) -> &'a [F] {
        let number = number % (1 << self.log_height);
        let start = reverse_bits_len(number, self.log_height) * self.width;
        let (block, start) = match start.checked_sub(self.low.len()) {
            Some(start) => (self.high, start),
            None => (self.low, start),
        };
        &block[start..][..self.width]
    }
}

impl<F: TwoAdicField> Matrix<F> for Evaluations<'_, F> {
    fn width(&self) -> usize {
        self.width
    }

    fn height(&self) -> usize {
        1 << self.log_height
    }

    // The trait's signature: a caller may not go out of bounds. This checks.
    unsafe fn row_subseq_unchecked(
        &self,
        row: usize,
        start: usize,
        end: usize,
    ) -> impl IntoIterator<Item = F, IntoIter = impl Iterator<Item = F> + Send + Sync> {
        self.at(row)[start..end].iter().copied()
    }

    #[inline]
    fn vertically_packed_row<P: PackedValue<Value = F>>(
        &self,
        row: usize,
    ) -> impl Iterator<Item = P> {
        assert!(P::WIDTH <= LANES, "packs of at most {LANES} lanes");
        let rows: [&[F]; LANES] = std::array::from_fn(|lane| self.at(row + lane));
        (0..self.width).map(move |column| P::from_fn(|lane| rows[lane][column]))
    }
}
