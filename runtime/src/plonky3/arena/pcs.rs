//! The commitment scheme: `TwoAdicFriPcs` with its extensions in an arena.
#![forbid(unsafe_code)]

use super::evaluations::Evaluations;
use super::lde::{self, Block, Lde};
use super::mmcs::{ArenaMmcs, Tree};
use crate::phase::Phase;
use crate::plonky3::scheme::{OpeningProof, Requests, Scheme};
use p3_challenger::{CanObserve, FieldChallenger, GrindingChallenger};
use p3_commit::{CommitmentOpening, Mmcs, OpenedValues, Pcs, PeriodicLdeTable, UnivariateStarkPcs};
use p3_dft::TwoAdicSubgroupDft;
use p3_field::coset::TwoAdicMultiplicativeCoset;
use p3_field::{ExtensionField, PrimeField64, TwoAdicField};
use p3_fri::{FriProverError, TwoAdicFriPcs};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

/// A [`Scheme`] for one proof, over the arena of one phase.
///
/// Commitments, openings and transcript are those of `TwoAdicFriPcs`, which also verifies them.
pub struct ArenaPcs<'ph, F, Dft, M, FriM> {
    scheme: &'ph Scheme<F, Dft, M, FriM>,
    phase: Phase<'ph>,
    /// Committed in place of the next matrix.
    trace: Rc<Cell<Option<Block<'ph, F>>>>,
}

impl<'ph, F, Dft, M, FriM> ArenaPcs<'ph, F, Dft, M, FriM> {
    /// A scheme that keeps low-degree extensions in `phase`.
    pub fn new(scheme: &'ph Scheme<F, Dft, M, FriM>, phase: Phase<'ph>) -> Self {
        Self {
            scheme,
            phase,
            trace: Rc::default(),
        }
    }
}

impl<'ph, F: TwoAdicField, Dft, M, FriM> ArenaPcs<'ph, F, Dft, M, FriM> {
    /// Take a trace that is in the arena already, and return what `p3_uni_stark::prove` takes for
    /// it.
    ///
    /// `prove` reads the height of its trace and moves it into [`Pcs::commit`], which commits the
    /// one taken here instead: a column of zeros will do. Builds with debug assertions also check
    /// the constraints row by row, so there it is a copy.
    pub fn stage(&self, trace: Block<'ph, F>) -> RowMajorMatrix<F> {
        let stand_in = if cfg!(debug_assertions) {
            RowMajorMatrix::new(trace.values.as_slice().to_owned(), trace.width())
        } else {
            RowMajorMatrix::new_col(F::zero_vec(trace.height()))
        };
        self.trace.set(Some(trace));
        stand_in
    }
}

impl<F, Dft, M, FriM> Clone for ArenaPcs<'_, F, Dft, M, FriM> {
    fn clone(&self) -> Self {
        Self {
            scheme: self.scheme,
            phase: self.phase,
            trace: Rc::clone(&self.trace),
        }
    }
}

impl<F, Dft, M, FriM> fmt::Debug for ArenaPcs<'_, F, Dft, M, FriM> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArenaPcs")
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

impl<'ph, F, Dft, M, FriM, EF, Challenger> Pcs<EF, Challenger> for ArenaPcs<'ph, F, Dft, M, FriM>
where
    F: TwoAdicField + PrimeField64,
    Dft: TwoAdicSubgroupDft<F>,
    M: Mmcs<F, MultiProof: Sync, Error: Sync>,
    FriM: Mmcs<EF>,
    EF: ExtensionField<F>,
    Challenger: FieldChallenger<F> + CanObserve<FriM::Commitment> + GrindingChallenger<Witness = F>,
{
    type Domain = TwoAdicMultiplicativeCoset<F>;
    type Commitment = M::Commitment;
    type ProverData = Tree<'ph, F, M>;
    type Proof = OpeningProof<F, EF, M, FriM>;
    type Error = <TwoAdicFriPcs<F, Dft, M, FriM> as Pcs<EF, Challenger>>::Error;
    type ProverError = FriProverError;

    fn natural_domain_for_degree(&self, degree: usize) -> Self::Domain {
        let published = &self.scheme.published;
        Pcs::<EF, Challenger>::natural_domain_for_degree(published, degree)
    }

    fn commit(
        &self,
        evaluations: impl IntoIterator<Item = (Self::Domain, RowMajorMatrix<F>)>,
    ) -> Result<(Self::Commitment, Self::ProverData), Self::ProverError> {
        let Scheme { mmcs, fri, .. } = self.scheme;
        let ldes = evaluations.into_iter().map(|(domain, evaluations)| {
            let low = self
                .trace
                .take()
                .unwrap_or_else(|| lde::block(self.phase, &evaluations.values, evaluations.width));
            drop(evaluations);
            assert_eq!(domain.size(), low.height(), "one row for each point");
            let shift = F::GENERATOR / domain.shift();
            lde::extend(low, fri.log_blowup, shift, self.phase)
        });
        Ok(Tree::commit(mmcs, ldes.collect()))
    }

    fn open(
        &self,
        requests: Requests<'_, EF, Self::ProverData>,
        challenger: &mut Challenger,
    ) -> Result<(OpenedValues<EF>, Self::Proof), Self::ProverError> {
        let mmcs = &self.scheme.mmcs;
        let matrices = requests
            .iter()
            .flat_map(|request| request.prover_data.ldes(mmcs));
        let trees = ArenaMmcs::new(mmcs.clone());
        self.scheme.open(matrices, &requests, &trees, challenger)
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

impl<F, Dft, M, FriM, EF, Challenger> UnivariateStarkPcs<EF, Challenger>
    for ArenaPcs<'_, F, Dft, M, FriM>
where
    F: TwoAdicField + PrimeField64,
    Dft: TwoAdicSubgroupDft<F>,
    M: Mmcs<F, MultiProof: Sync, Error: Sync>,
    FriM: Mmcs<EF>,
    EF: ExtensionField<F>,
    Challenger: FieldChallenger<F> + CanObserve<FriM::Commitment> + GrindingChallenger<Witness = F>,
{
    type EvaluationsOnDomain<'a> = Evaluations<'a, F>;

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
    ) -> Result<Vec<RowMajorMatrix<F>>, Self::ProverError> {
        let published = &self.scheme.published;
        UnivariateStarkPcs::<EF, Challenger>::get_quotient_ldes(published, evaluations, num_chunks)
    }

    fn commit_ldes(
        &self,
        ldes: Vec<RowMajorMatrix<F>>,
    ) -> Result<(Self::Commitment, Self::ProverData), Self::ProverError> {
        let ldes = ldes.into_iter().map(|lde| {
            let (low, high) = lde.split_rows(lde.height() >> self.scheme.fri.log_blowup);
            let block = |rows| lde::block(self.phase, rows, lde.width);
            let (low, high) = (block(low.values), block(high.values));
            Lde { low, high }
        });
        Ok(Tree::commit(&self.scheme.mmcs, ldes.collect()))
    }

    /// # Panics
    /// If `domain` is not a part of the domain that was committed on, which takes a constraint
    /// degree above the blowup.
    fn get_evaluations_on_domain<'a>(
        &self,
        prover_data: &'a Self::ProverData,
        idx: usize,
        domain: Self::Domain,
    ) -> Self::EvaluationsOnDomain<'a> {
        assert_eq!(domain.shift(), F::GENERATOR, "committed on another coset");
        let lde = prover_data.ldes(&self.scheme.mmcs)[idx];
        lde::evaluations(lde, domain.size())
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
