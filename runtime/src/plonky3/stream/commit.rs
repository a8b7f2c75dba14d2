//! A commitment in the making: extensions go to the file, and the leaves of their tree absorb them.
#![forbid(unsafe_code)]

use super::bands::{Bands, Columns};
use super::lde::{Extended, LdeWriting};
use super::leaves::Leaves;
use super::matrix::{Low, StreamMatrix};
use super::medium::Medium;
use super::mmcs::{Committed, StreamTree};
use super::shape::Shape;
use super::trace::StreamTrace;
use crate::plain::Plain;
use crate::store::StoreError;
use p3_commit::Mmcs;
use p3_dft::TwoAdicSubgroupDft;
use p3_field::{PrimeField64, TwoAdicField};
use p3_matrix::Matrix;
use p3_matrix::bitrev::BitReversibleMatrix;
use p3_matrix::dense::RowMajorMatrix;
use p3_util::log2_strict_usize;
use std::sync::Arc;

/// Matrices that are committed together.
pub(crate) struct Committing<'a, F: TwoAdicField, T: StreamTree<F>> {
    tree: &'a T,
    medium: &'a Arc<Medium>,
    log_blowup: usize,
    matrices: Vec<StreamMatrix<F>>,
    /// One for each height.
    leaves: Vec<Leaves<F, T::Sponge>>,
}

impl<'a, F: PrimeField64 + TwoAdicField + Plain, T: StreamTree<F>> Committing<'a, F, T> {
    /// No matrices yet.
    pub(crate) const fn new(tree: &'a T, medium: &'a Arc<Medium>, log_blowup: usize) -> Self {
        Self {
            tree,
            medium,
            log_blowup,
            matrices: Vec::new(),
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
        let log_blowup = self.log_blowup;
        let log_extended = log2_strict_usize(matrix.height()) + log_blowup;
        let (writing, leaves) = self.begin(log_extended, matrix.width())?;
        let shape = writing.shape;
        let mut buffer = Vec::with_capacity(shape.columns(0).len() << log_extended);
        let mut bands = matrix.bands(shape);
        for band in 0..shape.bands() {
            bands.read(&mut buffer)?;
            let columns = shape.columns(band).len();
            let values = RowMajorMatrix::new(std::mem::take(&mut buffer), columns);
            let extended = dft.coset_lde_batch(values, log_blowup, F::GENERATOR / shift);
            let extended = extended.bit_reverse_rows().to_row_major_matrix();
            writing.write(band, &all(&extended), leaves)?;
            buffer = extended.values;
        }
        drop(bands);
        self.end(writing)
    }

    /// Extend a trace, and keep it, or what makes it: it is what is opened.
    pub(crate) fn extend_trace(
        &mut self,
        dft: &impl TwoAdicSubgroupDft<F>,
        mut trace: StreamTrace<F>,
        shift: F,
    ) -> Result<(), StoreError> {
        self.extend(dft, &trace, shift)?;
        let low = match trace.quicker() {
            Some(again) => Low::Made(trace.shape, again),
            None => Low::Stored(trace),
        };
        if let Some(matrix) = self.matrices.last_mut() {
            matrix.trace = Some((low, shift));
        }
        Ok(())
    }

    /// Take up an extension to `gK`, rows in bit-reversed order.
    pub(crate) fn take(&mut self, lde: &RowMajorMatrix<F>) -> Result<(), StoreError> {
        let log_extended = log2_strict_usize(Matrix::height(lde));
        let (writing, leaves) = self.begin(log_extended, lde.width)?;
        for band in 0..writing.shape.bands() {
            let columns = writing.shape.columns(band);
            writing.write(
                band,
                &Extended {
                    columns,
                    ..all(lde)
                },
                leaves,
            )?;
        }
        self.end(writing)
    }

    /// Begin an extension to `2^log_extended` rows.
    fn begin(&mut self, log_extended: usize, width: usize) -> Result<Begun<'_, F, T>, StoreError> {
        let shape = Shape::new(log_extended, width, self.medium.tiling);
        let writing = LdeWriting::new(self.medium, shape)?;
        Ok((writing, self.leaves(log_extended)))
    }

    fn end(&mut self, writing: LdeWriting<F>) -> Result<(), StoreError> {
        self.matrices.push(StreamMatrix {
            lde: Arc::new(writing.freeze()?),
            log_blowup: self.log_blowup,
            trace: None,
        });
        Ok(())
    }

    /// The leaves of extensions of `2^log_height` rows.
    fn leaves(&mut self, log_height: usize) -> &mut Leaves<F, T::Sponge> {
        let known = |leaves: &Leaves<F, T::Sponge>| leaves.log_height == log_height;
        let at = self.leaves.iter().position(known).unwrap_or_else(|| {
            let sponge = self.tree.sponge().clone();
            self.leaves.push(Leaves::new(sponge, log_height));
            self.leaves.len() - 1
        });
        &mut self.leaves[at]
    }

    /// The commitment to all matrices.
    pub(crate) fn finish(self) -> (<T::Published as Mmcs<F>>::Commitment, Committed<F, T>) {
        let digests = self.leaves.into_iter().map(Leaves::digests);
        let (commitment, tree) = self.tree.digests().commit(digests.collect());
        let matrices = self.matrices;
        (T::commitment(commitment), Committed { matrices, tree })
    }
}

/// An extension that is being written, and the leaves that take it in.
type Begun<'l, F, T> = (
    LdeWriting<F>,
    &'l mut Leaves<F, <T as StreamTree<F>>::Sponge>,
);

/// All columns of an extension.
fn all<F>(extended: &RowMajorMatrix<F>) -> Extended<'_, F>
where
    F: Clone + Send + Sync,
{
    Extended {
        values: &extended.values,
        width: extended.width,
        columns: 0..extended.width,
    }
}
