//! A commitment in the making: extensions go to the file, and the leaves of their tree absorb them.

use std::sync::Arc;

use p3_commit::Mmcs;
use p3_dft::TwoAdicSubgroupDft;
use p3_field::TwoAdicField;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use p3_util::{log2_strict_usize, reverse_bits_len};
use zkarena::{Plain, StoreError};

use crate::stream::lde::{LdeWriting, StreamLde};
use crate::stream::leaves::Leaves;
use crate::stream::medium::Medium;
use crate::stream::mmcs::{Committed, StreamTree};
use crate::stream::shape::Shape;
use crate::stream::trace::Columns;

/// Matrices that are committed together.
pub(crate) struct Committing<'a, F: TwoAdicField, T: StreamTree<F>> {
    tree: &'a T,
    medium: &'a Arc<Medium>,
    log_blowup: usize,
    ldes: Vec<StreamLde<F>>,
    /// One for each height.
    leaves: Vec<Leaves<F, T::Sponge>>,
}

impl<'a, F: TwoAdicField + Plain, T: StreamTree<F>> Committing<'a, F, T> {
    /// No matrices yet.
    pub(crate) const fn new(tree: &'a T, medium: &'a Arc<Medium>, log_blowup: usize) -> Self {
        Self {
            tree,
            medium,
            log_blowup,
            ldes: Vec::new(),
            leaves: Vec::new(),
        }
    }

    /// Extend the columns of `matrix`, values on the domain that `shift` begins, to `gK`.
    pub(crate) fn extend(
        &mut self,
        dft: &impl TwoAdicSubgroupDft<F>,
        matrix: &impl Columns<F>,
        shift: F,
    ) -> Result<(), StoreError> {
        let log_height = log2_strict_usize(matrix.height());
        let shape = self.shape(log_height, matrix.width());
        let root = F::two_adic_generator(log_height + self.log_blowup);
        let mut writing = LdeWriting::new(self.medium, shape)?;
        let leaves = self.leaves(log_height);
        for band in 0..shape.bands() {
            let coefficients = dft.idft_batch(matrix.band(&shape, band)?);
            let shifts = root.shifted_powers(F::GENERATOR / shift);
            for (coset, shift) in (0..shape.cosets()).zip(shifts) {
                let values = dft.coset_dft_batch(coefficients.clone(), shift);
                leaves.absorb(coset, &values);
                writing.write((coset, band), &values)?;
            }
            leaves.advance(shape.columns(band).len());
        }
        self.ldes.push(writing.freeze()?);
        Ok(())
    }

    /// Take up an extension to `gK`, rows in bit-reversed order.
    pub(crate) fn take(&mut self, lde: &RowMajorMatrix<F>) -> Result<(), StoreError> {
        let log_extended = log2_strict_usize(Matrix::height(lde));
        let log_height = log_extended - self.log_blowup;
        let shape = self.shape(log_height, lde.width);
        let mut writing = LdeWriting::new(self.medium, shape)?;
        let leaves = self.leaves(log_height);
        for band in 0..shape.bands() {
            let columns = shape.columns(band);
            for coset in 0..shape.cosets() {
                let numbers = (coset..1 << log_extended).step_by(shape.cosets());
                let rows = numbers.map(|number| reverse_bits_len(number, log_extended));
                let values = rows.flat_map(|row| &lde.values[row * lde.width..][columns.clone()]);
                let values = RowMajorMatrix::new(values.copied().collect(), columns.len());
                leaves.absorb(coset, &values);
                writing.write((coset, band), &values)?;
            }
            leaves.advance(columns.len());
        }
        self.ldes.push(writing.freeze()?);
        Ok(())
    }

    fn shape(&self, log_height: usize, width: usize) -> Shape {
        let tiling = self.medium.tiling;
        let most = (tiling.columns, tiling.log_rows);
        Shape::new((log_height, self.log_blowup), width, most)
    }

    /// The leaves of matrices of `2^log_height` rows before they are extended.
    fn leaves(&mut self, log_height: usize) -> &mut Leaves<F, T::Sponge> {
        let known = |leaves: &Leaves<F, T::Sponge>| leaves.log_height == log_height;
        let at = self.leaves.iter().position(known).unwrap_or_else(|| {
            let sponge = self.tree.sponge().clone();
            self.leaves
                .push(Leaves::new(sponge, log_height, self.log_blowup));
            self.leaves.len() - 1
        });
        &mut self.leaves[at]
    }

    /// The commitment to all matrices.
    pub(crate) fn finish(self) -> (<T::Published as Mmcs<F>>::Commitment, Committed<F, T>) {
        let digests = self.leaves.into_iter().map(Leaves::digests);
        let (commitment, tree) = self.tree.digests().commit(digests.collect());
        let ldes = self.ldes;
        (T::commitment(commitment), Committed { ldes, tree })
    }
}
