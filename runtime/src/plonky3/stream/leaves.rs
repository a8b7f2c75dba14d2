//! The leaves of a tree, while rows come in pieces.
#![forbid(unsafe_code)]

use super::shape::{GROUP, Shape};
use crate::kernels::RowSponge;
use p3_field::TwoAdicField;
use p3_matrix::dense::RowMajorMatrix;
use p3_util::reverse_bits_len;
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

/// A sponge for each row of all extensions of one height.
#[derive(Debug)]
pub(crate) struct Leaves<F, S: RowSponge<F>> {
    pub(crate) log_height: usize,
    sponge: S,
    /// Rows in natural order, as many as a state has lanes in each; those of whole groups.
    states: Vec<S::State>,
    /// Elements that every row has so far.
    len: usize,
}

impl<F: TwoAdicField, S: RowSponge<F>> Leaves<F, S> {
    /// Leaves without elements for `2^log_height` rows.
    pub(crate) fn new(sponge: S, log_height: usize) -> Self {
        let rows = (1_usize << log_height).next_multiple_of(GROUP);
        Self {
            log_height,
            states: vec![sponge.start(); rows / S::LANES],
            sponge,
            len: 0,
        }
    }

    /// The leaves of each window, to take in the columns of a band; [`advance`](Self::advance) follows.
    pub(crate) fn windows(&mut self, shape: Shape) -> impl Iterator<Item = WindowLeaves<'_, F, S>> {
        let (sponge, before) = (&self.sponge, self.len);
        let windows = self.states.chunks_mut(shape.rows() / S::LANES);
        windows.map(move |states| WindowLeaves {
            sponge,
            before,
            shape,
            states,
        })
    }

    /// All rows have so many columns more.
    pub(crate) const fn advance(&mut self, columns: usize) {
        self.len += columns;
    }

    /// The digests, in the order of the tree.
    pub(crate) fn digests(self) -> RowMajorMatrix<S::Word> {
        let mut digests = vec![S::Word::default(); S::WORDS << self.log_height];
        let lanes = S::WORDS * S::LANES;
        let mut natural = vec![S::Word::default(); self.states.len() * lanes];
        natural
            .par_chunks_exact_mut(lanes)
            .zip(self.states.par_chunks(1))
            .for_each(|(digests, state)| self.sponge.squeeze(&state[0], self.len, digests));
        let leaves = digests.par_chunks_exact_mut(S::WORDS).enumerate();
        leaves.for_each(|(leaf, digest)| {
            let row = reverse_bits_len(leaf, self.log_height);
            digest.copy_from_slice(&natural[row * S::WORDS..][..S::WORDS]);
        });
        RowMajorMatrix::new(digests, S::WORDS)
    }
}

/// The leaves of a window.
pub(crate) struct WindowLeaves<'a, F, S: RowSponge<F>> {
    sponge: &'a S,
    before: usize,
    shape: Shape,
    states: &'a mut [S::State],
}

impl<F: TwoAdicField, S: RowSponge<F>> WindowLeaves<'_, F, S> {
    /// Take in a tile of `columns` columns.
    pub(crate) fn absorb(self, tile: &[F], columns: usize) {
        let groups = tile.chunks_exact(self.shape.group_len());
        for (states, group) in self.states.chunks_mut(GROUP / S::LANES).zip(groups) {
            let columns = group.chunks_exact(GROUP).take(columns);
            for (lanes, state) in states.iter_mut().enumerate() {
                let start = lanes * S::LANES;
                let columns = columns.clone().map(|rows| &rows[start..start + S::LANES]);
                self.sponge.absorb(state, self.before, columns);
            }
        }
    }
}
