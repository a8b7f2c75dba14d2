//! The Merkle tree over digests in memory and rows in the file, in the shape that FRI's query phase asks
//! for.
#![forbid(unsafe_code)]

use super::matrix::StreamMatrix;
use crate::kernels::RowSponge;
use crate::plain::Plain;
use p3_commit::{BatchOpening, BatchOpeningRef, Mmcs};
use p3_field::{PrimeField64, TwoAdicField};
use p3_matrix::dense::RowMajorMatrix;
use p3_matrix::{Dimensions, Matrix};
use p3_symmetric::{CryptographicHasher, MerkleCap};
use std::fmt;

/// A published Merkle tree in parts: a hash of rows that come in pieces, and a tree over its digests.
pub trait StreamTree<F: TwoAdicField>: Clone {
    /// The tree that it is equal to.
    type Published: Mmcs<F>;
    /// The hash of rows.
    type Sponge: RowSponge<F>;
    /// The tree over rows that are digests.
    type Digests: Mmcs<
            Word<F, Self>,
            Proof = <Self::Published as Mmcs<F>>::Proof,
            MultiProof = <Self::Published as Mmcs<F>>::MultiProof,
        >;

    /// The tree that verifies.
    fn published(&self) -> &Self::Published;
    /// The hash of rows.
    fn sponge(&self) -> &Self::Sponge;
    /// The tree over digests.
    fn digests(&self) -> &Self::Digests;
    /// The name that the published tree has for a commitment of the tree over digests.
    fn commitment(
        commitment: <Self::Digests as Mmcs<Word<F, Self>>>::Commitment,
    ) -> <Self::Published as Mmcs<F>>::Commitment;
}

/// What digests are made of.
pub(crate) type Word<F, T> = <<T as StreamTree<F>>::Sponge as RowSponge<F>>::Word;
/// The tree over digests.
pub(crate) type DigestTree<F, T> =
    <<T as StreamTree<F>>::Digests as Mmcs<Word<F, T>>>::ProverData<RowMajorMatrix<Word<F, T>>>;

/// The parts of a `MerkleTreeMmcs` with digests of `N` words: `digests` is one with the same compression
/// and [`AsIs`] in the place of the hash of rows.
#[derive(Clone, Copy, Debug)]
pub struct MerkleParts<M, S, D, const N: usize> {
    /// The published tree.
    pub published: M,
    /// The hash of rows.
    pub sponge: S,
    /// The tree over digests.
    pub digests: D,
}

impl<F, M, S, D, const N: usize> StreamTree<F> for MerkleParts<M, S, D, N>
where
    F: TwoAdicField,
    S: RowSponge<F>,
    M: Mmcs<F, Commitment = MerkleCap<F, [S::Word; N]>>,
    D: Mmcs<
            S::Word,
            Commitment = MerkleCap<S::Word, [S::Word; N]>,
            Proof = M::Proof,
            MultiProof = M::MultiProof,
        >,
{
    type Published = M;
    type Sponge = S;
    type Digests = D;

    fn published(&self) -> &M {
        &self.published
    }

    fn sponge(&self) -> &S {
        &self.sponge
    }

    fn digests(&self) -> &D {
        &self.digests
    }

    fn commitment(commitment: D::Commitment) -> M::Commitment {
        MerkleCap::new(commitment.into_roots())
    }
}

/// A hash of rows that are digests already.
#[derive(Clone, Copy, Debug)]
pub struct AsIs;

impl<T: Clone, const N: usize> CryptographicHasher<T, [T; N]> for AsIs {
    fn hash_iter<I: IntoIterator<Item = T>>(&self, input: I) -> [T; N] {
        let mut words = input.into_iter();
        std::array::from_fn(|_| words.next().expect("a row is a digest"))
    }
}

/// Matrices in the file, and the tree over their rows.
pub struct Committed<F: TwoAdicField, T: StreamTree<F>> {
    pub(crate) matrices: Vec<StreamMatrix<F>>,
    pub(crate) tree: DigestTree<F, T>,
}

impl<F: TwoAdicField, T: StreamTree<F>> fmt::Debug for Committed<F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Committed")
            .field("matrices", &self.matrices.len())
            .finish_non_exhaustive()
    }
}

/// The tree that FRI's query phase sees.
#[derive(Clone)]
pub(crate) struct StreamMmcs<T>(pub(crate) T);

/// Why two methods of [`StreamMmcs`] are never called.
const QUERIES_ONLY: &str = "FRI's query phase takes heights and openings of what was committed";

impl<F: PrimeField64 + TwoAdicField + Plain, T: StreamTree<F>> Mmcs<F> for StreamMmcs<T> {
    type ProverData<Mat> = Committed<F, T>;
    type Commitment = <T::Published as Mmcs<F>>::Commitment;
    type Proof = <T::Published as Mmcs<F>>::Proof;
    type MultiProof = <T::Published as Mmcs<F>>::MultiProof;
    type Error = <T::Published as Mmcs<F>>::Error;

    fn commit<Mat: Matrix<F>>(&self, _: Vec<Mat>) -> (Self::Commitment, Committed<F, T>) {
        unreachable!("{QUERIES_ONLY}")
    }

    fn get_matrices<'a, Mat: Matrix<F>>(&self, _: &'a Committed<F, T>) -> Vec<&'a Mat> {
        unreachable!("{QUERIES_ONLY}")
    }

    fn get_matrix_heights<Mat: Matrix<F>>(&self, committed: &Committed<F, T>) -> Vec<usize> {
        let matrices = committed.matrices.iter();
        matrices.map(|matrix| matrix.lde.shape.height()).collect()
    }

    fn open_batch<Mat: Matrix<F>>(
        &self,
        index: usize,
        committed: &Committed<F, T>,
    ) -> BatchOpening<F, Self> {
        let digests = self.0.digests().open_batch(index, &committed.tree);
        let rows = rows(committed, &[index]).swap_remove(0);
        BatchOpening::new(rows, digests.unpack().1)
    }

    fn open_multi_batch<Mat: Matrix<F>>(
        &self,
        indices: &[usize],
        committed: &Committed<F, T>,
    ) -> (Vec<Vec<Vec<F>>>, Self::MultiProof) {
        let (_, proof) = self.0.digests().open_multi_batch(indices, &committed.tree);
        (rows(committed, indices), proof)
    }

    fn verify_batch(
        &self,
        commit: &Self::Commitment,
        dimensions: &[Dimensions],
        index: usize,
        opening: BatchOpeningRef<'_, F, Self>,
    ) -> Result<(), Self::Error> {
        let (rows, proof) = opening.unpack();
        let opening = BatchOpeningRef::new(rows, proof);
        let published = self.0.published();
        published.verify_batch(commit, dimensions, index, opening)
    }

    fn verify_multi_batch<R: AsRef<[F]> + PartialEq>(
        &self,
        commit: &Self::Commitment,
        dimensions: &[Dimensions],
        indices: &[usize],
        rows: &[Vec<R>],
        proof: &Self::MultiProof,
    ) -> Result<(), Self::Error> {
        let published = self.0.published();
        published.verify_multi_batch(commit, dimensions, indices, rows, proof)
    }
}

/// The rows of all matrices at some leaves of the tallest; a lower one has a row for several leaves.
fn rows<F: PrimeField64 + TwoAdicField + Plain, T: StreamTree<F>>(
    committed: &Committed<F, T>,
    leaves: &[usize],
) -> Vec<Vec<Vec<F>>> {
    let ldes = committed.matrices.iter().map(|matrix| &matrix.lde);
    let tallest = ldes.clone().map(|lde| lde.shape.log_height).max();
    let log_leaves = tallest.unwrap_or_default();
    let mut rows = vec![Vec::with_capacity(committed.matrices.len()); leaves.len()];
    for lde in ldes {
        let leaves = leaves.iter();
        let own: Vec<usize> = leaves
            .map(|leaf| leaf >> (log_leaves - lde.shape.log_height))
            .collect();
        for (rows, row) in rows.iter_mut().zip(lde.rows_at(&own)) {
            rows.push(row);
        }
    }
    rows
}
