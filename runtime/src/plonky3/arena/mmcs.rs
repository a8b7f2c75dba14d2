//! The Merkle tree over arena rows, in the shape that FRI's query phase asks for.
#![forbid(unsafe_code)]

use super::lde::Lde;
use p3_commit::{BatchOpening, BatchOpeningRef, Mmcs};
use p3_field::TwoAdicField;
use p3_matrix::{Dimensions, Matrix};
use std::fmt;
use std::marker::PhantomData;

/// The prover data that `M` makes of low-degree extensions in the arena.
pub struct Tree<'ph, F: TwoAdicField, M: Mmcs<F>>(M::ProverData<Lde<'ph, F>>);

impl<'ph, F: TwoAdicField, M: Mmcs<F>> Tree<'ph, F, M> {
    /// Commit to `ldes`.
    pub(crate) fn commit(mmcs: &M, ldes: Vec<Lde<'ph, F>>) -> (M::Commitment, Self) {
        let (commitment, tree) = mmcs.commit(ldes);
        (commitment, Self(tree))
    }

    /// What was committed.
    pub(crate) fn ldes(&self, mmcs: &M) -> Vec<&Lde<'ph, F>> {
        mmcs.get_matrices(&self.0)
    }
}

impl<F: TwoAdicField, M: Mmcs<F>> fmt::Debug for Tree<'_, F, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree").finish_non_exhaustive()
    }
}

/// `M` over [`Lde`]s, whatever matrix is asked for.
///
/// `prove_fri` wants prover data over `RowMajorMatrix`, whose rows are a `Vec`, and then asks only
/// for heights and openings. Those are answered here from the tree over the arena.
pub(crate) struct ArenaMmcs<'ph, M> {
    mmcs: M,
    phase: PhantomData<&'ph ()>,
}

impl<M> ArenaMmcs<'_, M> {
    /// `mmcs` for the query phase.
    pub(crate) const fn new(mmcs: M) -> Self {
        Self {
            mmcs,
            phase: PhantomData,
        }
    }
}

impl<M: Clone> Clone for ArenaMmcs<'_, M> {
    fn clone(&self) -> Self {
        Self::new(self.mmcs.clone())
    }
}

/// Why two methods of [`ArenaMmcs`] are never called.
const QUERIES_ONLY: &str = "FRI's query phase takes heights and openings of what was committed";

impl<'ph, F: TwoAdicField, M: Mmcs<F>> Mmcs<F> for ArenaMmcs<'ph, M> {
    type ProverData<Mat> = Tree<'ph, F, M>;
    type Commitment = M::Commitment;
    type Proof = M::Proof;
    type MultiProof = M::MultiProof;
    type Error = M::Error;

    fn commit<Mat: Matrix<F>>(&self, _: Vec<Mat>) -> (M::Commitment, Tree<'ph, F, M>) {
        unreachable!("{QUERIES_ONLY}")
    }

    fn get_matrices<'a, Mat: Matrix<F>>(&self, _: &'a Tree<'ph, F, M>) -> Vec<&'a Mat> {
        unreachable!("{QUERIES_ONLY}")
    }

    fn get_matrix_heights<Mat: Matrix<F>>(&self, tree: &Tree<'ph, F, M>) -> Vec<usize> {
        self.mmcs.get_matrix_heights(&tree.0)
    }

    fn open_batch<Mat: Matrix<F>>(
        &self,
        index: usize,
        tree: &Tree<'ph, F, M>,
    ) -> BatchOpening<F, Self> {
        let (rows, proof) = self.mmcs.open_batch(index, &tree.0).unpack();
        BatchOpening::new(rows, proof)
    }

    fn open_multi_batch<Mat: Matrix<F>>(
        &self,
        indices: &[usize],
        tree: &Tree<'ph, F, M>,
    ) -> (Vec<Vec<Vec<F>>>, M::MultiProof) {
        self.mmcs.open_multi_batch(indices, &tree.0)
    }

    fn verify_batch(
        &self,
        commit: &M::Commitment,
        dimensions: &[Dimensions],
        index: usize,
        opening: BatchOpeningRef<'_, F, Self>,
    ) -> Result<(), M::Error> {
        let (rows, proof) = opening.unpack();
        let opening = BatchOpeningRef::new(rows, proof);
        self.mmcs.verify_batch(commit, dimensions, index, opening)
    }

    fn verify_multi_batch<R: AsRef<[F]> + PartialEq>(
        &self,
        commit: &M::Commitment,
        dimensions: &[Dimensions],
        indices: &[usize],
        rows: &[Vec<R>],
        proof: &M::MultiProof,
    ) -> Result<(), M::Error> {
        self.mmcs
            .verify_multi_batch(commit, dimensions, indices, rows, proof)
    }
}
