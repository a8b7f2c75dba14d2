//! The published scheme and its parts, and the two ends of an opening: what is opened, and FRI.
#![forbid(unsafe_code)]

use super::points::{LowRows, Opening, Points};
use super::reduced::Reduced;
use p3_challenger::{CanObserve, FieldChallenger, GrindingChallenger};
use p3_commit::{Mmcs, OpenedValues, OpenedValuesForMatrix, OpeningRequest};
use p3_dft::TwoAdicSubgroupDft;
use p3_field::{ExtensionField, PrimeField64, TwoAdicField};
use p3_fri::prover::prove_fri;
use p3_fri::{
    BatchMultiOpening, FriParameters, FriProof, FriProverError, PcsProverTranscript, PcsShape,
    TwoAdicFriFolding, TwoAdicFriPcs,
};
use p3_matrix::dense::RowMajorMatrix;
use p3_util::log2_strict_usize;
use std::marker::PhantomData;

/// The published scheme and its parts. It outlives proofs: its DFT caches twiddle factors.
#[derive(Clone, Debug)]
pub struct Scheme<F, Dft, M, FriM> {
    pub(crate) dft: Dft,
    pub(crate) mmcs: M,
    pub(crate) fri: FriParameters<FriM>,
    pub(crate) published: TwoAdicFriPcs<F, Dft, M, FriM>,
}

impl<F, Dft: Clone, M: Clone, FriM: Clone> Scheme<F, Dft, M, FriM> {
    /// The scheme that `TwoAdicFriPcs::new` makes of the same parts.
    pub fn new(dft: Dft, mmcs: M, fri: FriParameters<FriM>) -> Self {
        let published = TwoAdicFriPcs::new(dft.clone(), mmcs.clone(), fri.clone());
        Self {
            dft,
            mmcs,
            fri,
            published,
        }
    }
}

/// The opening proof of `TwoAdicFriPcs`.
pub(crate) type OpeningProof<F, EF, M, FriM> = FriProof<EF, FriM, F, Vec<BatchMultiOpening<F, M>>>;
/// Opened values, and their proof.
pub(crate) type Opened<F, EF, M, FriM> = (OpenedValues<EF>, OpeningProof<F, EF, M, FriM>);
/// What is to be opened, commitment by commitment.
pub(crate) type Requests<'a, EF, Data> = Vec<OpeningRequest<'a, Data, EF>>;
/// The folding of `TwoAdicFriPcs`, over trees of ours.
type Folding<F, Ours> =
    TwoAdicFriFolding<Vec<BatchMultiOpening<F, Ours>>, <Ours as Mmcs<F>>::Error>;

impl<F: TwoAdicField + PrimeField64, Dft: TwoAdicSubgroupDft<F>, M: Mmcs<F>, FriM>
    Scheme<F, Dft, M, FriM>
{
    /// Open `matrices`, those of all requests, and prove it with the trees behind `mmcs`.
    ///
    /// # Errors
    /// Those of FRI; about a matrix that is too low to be folded, before anything enters the
    /// transcript.
    pub(crate) fn open<'a, L, EF, Challenger, Ours>(
        &self,
        matrices: impl Iterator<Item = &'a L>,
        requests: &'a Requests<'_, EF, Ours::ProverData<RowMajorMatrix<F>>>,
        mmcs: &Ours,
        challenger: &mut Challenger,
    ) -> Result<Opened<F, EF, M, FriM>, FriProverError>
    where
        L: LowRows<F> + 'a,
        Ours: Mmcs<F, MultiProof = M::MultiProof>,
        Ours::MultiProof: Sync,
        Ours::Error: Sync,
        FriM: Mmcs<EF>,
        EF: ExtensionField<F>,
        Challenger:
            FieldChallenger<F> + CanObserve<FriM::Commitment> + GrindingChallenger<Witness = F>,
    {
        let openings = self.openings(matrices, requests)?;
        let points = Points::of(&openings);
        let values = openings.iter().map(|opening| points.evaluate(opening));
        let values = group(requests, values);

        let shape = PcsShape::from_opened_values(&self.fri, &values);
        let mut transcript = PcsProverTranscript::<Challenger, F, EF>::new(challenger, shape);
        transcript.claimed_openings(&values);
        let (alpha, witness) = transcript.batch_phase();

        let reduced = points.reduce(&openings, values.iter().flatten(), alpha);
        // FRI's first rounds are where a proof holds most: nothing of the openings is kept for them.
        drop((openings, points));
        let codewords = self.codewords(reduced);
        let witness = witness.unwrap_or(F::ZERO);
        let proof = transcript
            .delegate(|challenger| self.prove_fri(codewords, challenger, requests, mmcs, witness));
        match proof {
            Ok(_) => transcript.finish(),
            Err(_) => transcript.abort(),
        }
        Ok((values, proof?))
    }

    /// The matrices of all requests, with their points.
    fn openings<'a, L: LowRows<F>, EF, Data>(
        &self,
        matrices: impl Iterator<Item = &'a L>,
        requests: &'a Requests<'_, EF, Data>,
    ) -> Result<Vec<Opening<'a, L, EF>>, FriProverError> {
        let matrices: Vec<&L> = matrices.collect();
        let points: Vec<&Vec<EF>> = requests
            .iter()
            .flat_map(|request| &request.points)
            .collect();
        assert_eq!(matrices.len(), points.len(), "points for each matrix");
        let openings = matrices.into_iter().zip(points).map(|(low, points)| {
            self.check_height(log2_strict_usize(low.height()) + self.fri.log_blowup)?;
            Ok(Opening { low, points })
        });
        openings.collect()
    }

    /// FRI ends with a polynomial of `2^log_final_poly_len` coefficients: a codeword has to be
    /// longer than theirs, unless that polynomial is a constant.
    fn check_height(&self, log_input_height: usize) -> Result<(), FriProverError> {
        let (log_final_poly_len, log_blowup) = (self.fri.log_final_poly_len, self.fri.log_blowup);
        let log_final_height = log_final_poly_len
            .checked_add(log_blowup)
            .ok_or(FriProverError::FinalHeightOverflow)?;
        if log_final_poly_len > 0 && log_input_height <= log_final_height {
            return Err(FriProverError::InputHeightTooSmall {
                log_input_height,
                log_final_height,
            });
        }
        Ok(())
    }

    /// What FRI is run on, one codeword for each height.
    fn codewords<EF: ExtensionField<F>>(&self, reduced: Vec<Reduced<F, EF>>) -> Vec<Vec<EF>> {
        let codewords = reduced.into_iter();
        let codewords = codewords.map(|reduced| reduced.codeword(&self.dft, self.fri.log_blowup));
        codewords.collect()
    }

    /// Prove that the codewords are of low degree, and consistent with what was committed.
    ///
    /// # Errors
    /// Those of `p3_fri::prover::prove_fri`.
    fn prove_fri<EF, Challenger, Ours>(
        &self,
        codewords: Vec<Vec<EF>>,
        challenger: &mut Challenger,
        requests: &Requests<'_, EF, Ours::ProverData<RowMajorMatrix<F>>>,
        mmcs: &Ours,
        batch_witness: F,
    ) -> Result<OpeningProof<F, EF, M, FriM>, FriProverError>
    where
        Ours: Mmcs<F, MultiProof = M::MultiProof>,
        Ours::MultiProof: Sync,
        Ours::Error: Sync,
        FriM: Mmcs<EF>,
        EF: ExtensionField<F>,
        Challenger:
            FieldChallenger<F> + CanObserve<FriM::Commitment> + GrindingChallenger<Witness = F>,
    {
        let log_height = codewords
            .first()
            .map_or(0, |codeword| log2_strict_usize(codeword.len()));
        let folding: Folding<F, Ours> = TwoAdicFriFolding(PhantomData);
        let proof = prove_fri(
            &folding,
            &self.fri,
            codewords,
            challenger,
            log_height,
            requests,
            mmcs,
            batch_witness,
        )?;
        Ok(published_proof(proof))
    }
}

/// The proof with the names of the published trees; the openings are theirs.
fn published_proof<F, EF, M, Ours, FriM>(
    proof: OpeningProof<F, EF, Ours, FriM>,
) -> OpeningProof<F, EF, M, FriM>
where
    F: TwoAdicField,
    EF: ExtensionField<F>,
    M: Mmcs<F>,
    Ours: Mmcs<F, MultiProof = M::MultiProof>,
    FriM: Mmcs<EF>,
{
    let openings = proof.input_openings.into_iter();
    let openings = openings.map(|opening| BatchMultiOpening {
        opened_values: opening.opened_values,
        opening_proof: opening.opening_proof,
    });
    FriProof {
        batch_pow_witness: proof.batch_pow_witness,
        commit_phase_commits: proof.commit_phase_commits,
        commit_pow_witnesses: proof.commit_pow_witnesses,
        input_openings: openings.collect(),
        commit_phase_openings: proof.commit_phase_openings,
        final_poly: proof.final_poly,
        query_pow_witness: proof.query_pow_witness,
    }
}

/// Values of every matrix, grouped as the requests are.
fn group<EF, Data>(
    requests: &[OpeningRequest<'_, Data, EF>],
    mut values: impl Iterator<Item = OpenedValuesForMatrix<EF>>,
) -> OpenedValues<EF> {
    let counts = requests.iter().map(|request| request.points.len());
    counts
        .map(|count| values.by_ref().take(count).collect())
        .collect()
}
