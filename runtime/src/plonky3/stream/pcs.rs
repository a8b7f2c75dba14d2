//! The commitment scheme: `TwoAdicFriPcs` with its extensions in a file.
#![forbid(unsafe_code)]

use super::bands::Columns;
use super::commit::Committing;
use super::error::StreamError;
use super::evaluations::StreamEvaluations;
use super::medium::{Medium, Tiling};
use super::mmcs::{Committed, StreamMmcs, StreamTree};
use super::rows::RowSource;
use super::trace::{StreamTrace, TraceWriting};
use crate::plain::Plain;
use crate::plonky3::scheme::{OpeningProof, Requests, Scheme};
use crate::store::{Store, StoreError};
use p3_challenger::{CanObserve, FieldChallenger, GrindingChallenger};
use p3_commit::{CommitmentOpening, Mmcs, OpenedValues, Pcs, PeriodicLdeTable, UnivariateStarkPcs};
use p3_dft::TwoAdicSubgroupDft;
use p3_field::coset::TwoAdicMultiplicativeCoset;
use p3_field::{ExtensionField, PrimeField64, TwoAdicField};
use p3_fri::TwoAdicFriPcs;
use p3_matrix::dense::RowMajorMatrix;
use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

/// A [`Scheme`] for one proof, over a store.
///
/// Commitments, openings and transcript are those of `TwoAdicFriPcs`, which also verifies them.
pub struct StreamPcs<'s, F: TwoAdicField, Dft, T: StreamTree<F>, FriM> {
    scheme: &'s Scheme<F, Dft, T::Published, FriM>,
    tree: &'s T,
    medium: Arc<Medium>,
    /// Committed in place of the next matrix.
    trace: Rc<Cell<Option<StreamTrace<F>>>>,
}

impl<'s, F: PrimeField64 + TwoAdicField + Plain, Dft, T: StreamTree<F>, FriM>
    StreamPcs<'s, F, Dft, T, FriM>
{
    /// A scheme that keeps low-degree extensions in `store`; `tree` is the one of `scheme` in parts.
    pub fn new(
        scheme: &'s Scheme<F, Dft, T::Published, FriM>,
        tree: &'s T,
        store: Store,
        tiling: Tiling,
    ) -> Self {
        Self {
            scheme,
            tree,
            medium: Arc::new(Medium::new(store, tiling)),
            trace: Rc::default(),
        }
    }

    /// Take a trace that is in the file already, and return what `p3_uni_stark::prove` takes for it.
    ///
    /// `prove` reads the height of its trace and moves it into [`Pcs::commit`], which commits the
    /// one taken here instead: a column of zeros will do. Builds with debug assertions also check
    /// the constraints row by row, so there it is a copy.
    ///
    /// # Errors
    /// Those of reading the copy.
    pub fn stage(&self, trace: StreamTrace<F>) -> Result<RowMajorMatrix<F>, StoreError> {
        let stand_in = if cfg!(debug_assertions) {
            trace.to_matrix()?
        } else {
            RowMajorMatrix::new_col(F::zero_vec(trace.height()))
        };
        self.trace.set(Some(trace));
        Ok(stand_in)
    }

    /// Write a trace to the file, some rows at a time, and [`stage`](Self::stage) it.
    ///
    /// # Errors
    /// Those of [`TraceWriting::push`] and of [`stage`](Self::stage).
    ///
    /// # Panics
    /// If there are fewer or more rows than `rows` say.
    pub fn stage_rows(&self, rows: impl RowSource<F>) -> Result<RowMajorMatrix<F>, StoreError> {
        let Medium { store, tiling, .. } = &*self.medium;
        let again = rows.again();
        let mut writing = TraceWriting::new(store, *tiling, rows.log_height(), rows.width());
        let mut done = Ok(());
        rows.rows(&mut |elements| {
            if done.is_ok() {
                done = writing.push(elements);
            }
        });
        done?;
        self.stage(writing.freeze()?.made_by(again))
    }

    fn committing(&self) -> Committing<'_, F, T> {
        Committing::new(self.tree, &self.medium, self.scheme.fri.log_blowup)
    }
}

impl<F: TwoAdicField, Dft, T: StreamTree<F>, FriM> Clone for StreamPcs<'_, F, Dft, T, FriM> {
    fn clone(&self) -> Self {
        Self {
            scheme: self.scheme,
            tree: self.tree,
            medium: Arc::clone(&self.medium),
            trace: Rc::clone(&self.trace),
        }
    }
}

impl<F: TwoAdicField, Dft, T: StreamTree<F>, FriM> fmt::Debug for StreamPcs<'_, F, Dft, T, FriM> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamPcs")
            .field("medium", &self.medium)
            .finish_non_exhaustive()
    }
}

impl<F, Dft, T, FriM, EF, Challenger> Pcs<EF, Challenger> for StreamPcs<'_, F, Dft, T, FriM>
where
    F: TwoAdicField + PrimeField64 + Plain,
    Dft: TwoAdicSubgroupDft<F>,
    T: StreamTree<F, Published: Mmcs<F, MultiProof: Sync, Error: Sync>>,
    FriM: Mmcs<EF>,
    EF: ExtensionField<F>,
    Challenger: FieldChallenger<F> + CanObserve<FriM::Commitment> + GrindingChallenger<Witness = F>,
{
    type Domain = TwoAdicMultiplicativeCoset<F>;
    type Commitment = <T::Published as Mmcs<F>>::Commitment;
    type ProverData = Committed<F, T>;
    type Proof = OpeningProof<F, EF, T::Published, FriM>;
    type Error = <TwoAdicFriPcs<F, Dft, T::Published, FriM> as Pcs<EF, Challenger>>::Error;
    type ProverError = StreamError;

    fn natural_domain_for_degree(&self, degree: usize) -> Self::Domain {
        let published = &self.scheme.published;
        Pcs::<EF, Challenger>::natural_domain_for_degree(published, degree)
    }

    fn commit(
        &self,
        evaluations: impl IntoIterator<Item = (Self::Domain, RowMajorMatrix<F>)>,
    ) -> Result<(Self::Commitment, Self::ProverData), StreamError> {
        let (mut committing, dft) = (self.committing(), &self.scheme.dft);
        for (domain, evaluations) in evaluations {
            let shift = domain.shift();
            if let Some(trace) = self.trace.take() {
                assert_eq!(domain.size(), trace.height(), "one row for each point");
                drop(evaluations);
                committing.extend_trace(dft, trace, shift)?;
            } else {
                committing.extend(dft, &evaluations, shift)?;
            }
        }
        Ok(committing.finish())
    }

    fn open(
        &self,
        requests: Requests<'_, EF, Self::ProverData>,
        challenger: &mut Challenger,
    ) -> Result<(OpenedValues<EF>, Self::Proof), StreamError> {
        let matrices = requests
            .iter()
            .flat_map(|request| &request.prover_data.matrices);
        let trees = StreamMmcs(self.tree.clone());
        let opened = self.scheme.open(matrices, &requests, &trees, challenger)?;
        self.medium.check()?;
        Ok(opened)
    }

    fn verify(
        &self,
        claims: Vec<CommitmentOpening<EF, Self::Commitment, Self::Domain>>,
        proof: &Self::Proof,
        challenger: &mut Challenger,
    ) -> Result<(), Self::Error> {
        self.scheme.published.verify(claims, proof, challenger)
    }
}

impl<F, Dft, T, FriM, EF, Challenger> UnivariateStarkPcs<EF, Challenger>
    for StreamPcs<'_, F, Dft, T, FriM>
where
    F: TwoAdicField + PrimeField64 + Plain,
    Dft: TwoAdicSubgroupDft<F>,
    T: StreamTree<F, Published: Mmcs<F, MultiProof: Sync, Error: Sync>>,
    FriM: Mmcs<EF>,
    EF: ExtensionField<F>,
    Challenger: FieldChallenger<F> + CanObserve<FriM::Commitment> + GrindingChallenger<Witness = F>,
{
    type EvaluationsOnDomain<'a> = StreamEvaluations<F>;

    const ZK: bool = false;

    fn log_max_trace_height(&self) -> usize {
        UnivariateStarkPcs::<EF, Challenger>::log_max_trace_height(&self.scheme.published)
    }

    fn log_min_trace_height(&self) -> usize {
        UnivariateStarkPcs::<EF, Challenger>::log_min_trace_height(&self.scheme.published)
    }

    fn get_quotient_ldes(
        &self,
        evaluations: impl IntoIterator<Item = (Self::Domain, RowMajorMatrix<F>)>,
        num_chunks: usize,
    ) -> Result<Vec<RowMajorMatrix<F>>, StreamError> {
        let published = &self.scheme.published;
        let ldes = UnivariateStarkPcs::<EF, Challenger>::get_quotient_ldes(
            published,
            evaluations,
            num_chunks,
        );
        Ok(ldes?)
    }

    fn commit_ldes(
        &self,
        ldes: Vec<RowMajorMatrix<F>>,
    ) -> Result<(Self::Commitment, Self::ProverData), StreamError> {
        self.medium.release();
        self.medium.check()?; // what was read for the quotient
        let mut committing = self.committing();
        for lde in ldes {
            committing.take(&lde)?;
        }
        Ok(committing.finish())
    }

    /// # Panics
    /// If `domain` is not a part of the domain that was committed on, which takes a constraint
    /// degree above the blowup.
    fn get_evaluations_on_domain<'a>(
        &self,
        committed: &'a Self::ProverData,
        idx: usize,
        domain: Self::Domain,
    ) -> Self::EvaluationsOnDomain<'a> {
        assert_eq!(domain.shift(), F::GENERATOR, "committed on another coset");
        StreamEvaluations::new(&committed.matrices[idx].lde, domain.size())
    }

    fn build_periodic_lde_table(
        &self,
        columns: &[Vec<F>],
        trace_domain: Self::Domain,
        quotient_domain: Self::Domain,
    ) -> PeriodicLdeTable<F> {
        UnivariateStarkPcs::<EF, Challenger>::build_periodic_lde_table(
            &self.scheme.published,
            columns,
            trace_domain,
            quotient_domain,
        )
    }
}
