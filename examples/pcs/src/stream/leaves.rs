//! The leaves of a tree, while rows come in pieces.

use p3_field::TwoAdicField;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use p3_util::reverse_bits_len;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

use crate::stream::lde::row_of;
use crate::stream::sponge::RowSponge;

/// A sponge for each row of all extensions of one height.
#[derive(Debug)]
pub(crate) struct Leaves<F, S: RowSponge<F>> {
    pub(crate) log_height: usize,
    log_cosets: usize,
    sponge: S,
    /// Coset by coset, rows in natural order.
    states: Vec<S::State>,
    /// Elements that every row has so far.
    len: usize,
}

impl<F: TwoAdicField, S: RowSponge<F>> Leaves<F, S> {
    /// Leaves without elements for `2^log_height` rows on each of `2^log_cosets` cosets.
    pub(crate) fn new(sponge: S, log_height: usize, log_cosets: usize) -> Self {
        Self {
            log_height,
            log_cosets,
            states: vec![sponge.start(); 1 << (log_height + log_cosets)],
            sponge,
            len: 0,
        }
    }

    /// Take in more columns on one coset, in natural order; [`advance`](Self::advance) follows the last.
    pub(crate) fn absorb(&mut self, coset: usize, rows: &impl Matrix<F>) {
        let (sponge, before) = (&self.sponge, self.len);
        let states = &mut self.states[coset << self.log_height..][..1 << self.log_height];
        let states = states.par_iter_mut().enumerate();
        states.for_each(|(row, state)| sponge.absorb(state, before, &row_of(rows, row)));
    }

    /// All cosets have so many columns more.
    pub(crate) const fn advance(&mut self, columns: usize) {
        self.len += columns;
    }

    /// The digests, in the order of the tree.
    pub(crate) fn digests(self) -> RowMajorMatrix<S::Word> {
        let log_extended = self.log_height + self.log_cosets;
        let mut digests = vec![S::Word::default(); S::WORDS << log_extended];
        for (leaf, digest) in digests.chunks_exact_mut(S::WORDS).enumerate() {
            let number = reverse_bits_len(leaf, log_extended);
            let coset = number % (1 << self.log_cosets);
            let state = self.states[(coset << self.log_height) + (number >> self.log_cosets)];
            self.sponge.squeeze(state, self.len, digest);
        }
        RowMajorMatrix::new(digests, S::WORDS)
    }
}
