//! The scheme by itself beside `TwoAdicFriPcs`: matrices of several sizes, opened at several points,
//! at more than one blowup.

use p3_challenger::FieldChallenger;
use p3_commit::{CommitmentOpening, ExtensionMmcs, OpenedValues, OpeningRequest, Pcs};
use p3_field::PrimeCharacteristicRing;
use p3_field::coset::TwoAdicMultiplicativeCoset;
use p3_fri::{FriParameters, FriProverError, TwoAdicFriPcs};
use p3_matrix::dense::RowMajorMatrix;
use zkarena::{Phase, StorePlan, zk_phase};
use zkarena_pcs::{ArenaPcs, Scheme, StreamFamily, StreamPcs, Tiling, TreeOf};
use zkarena_statements::parts::{Blake3, Challenge, Dft, HashFamily, Poseidon2, Val, Workload};

/// Blake3 and Keccak statements are committed with Keccak.
type Keccak = <Blake3 as Workload>::Hash;
type Poseidon = <Poseidon2 as Workload>::Hash;
type Mmcs<H> = <H as HashFamily>::Mmcs;
type FriMmcs<H> = ExtensionMmcs<Val, Challenge, Mmcs<H>>;
type Published<H> = TwoAdicFriPcs<Val, Dft, Mmcs<H>, FriMmcs<H>>;
type Arena<'ph, H> = ArenaPcs<'ph, Val, Dft, Mmcs<H>, FriMmcs<H>>;
type Stream<'s, H> = StreamPcs<'s, Val, Dft, TreeOf<H>, FriMmcs<H>>;
type Domain = TwoAdicMultiplicativeCoset<Val>;
type Proof<H> = <Published<H> as Pcs<Challenge, <H as HashFamily>::Challenger>>::Proof;
type Commitment<H> = <Published<H> as Pcs<Challenge, <H as HashFamily>::Challenger>>::Commitment;

/// Base-2 logarithm of rows, columns and opening points of each matrix of each commitment.
const COMMITMENTS: [&[(usize, usize, usize)]; 3] =
    [&[(4, 3, 2), (6, 70, 1)], &[(6, 1, 3)], &[(2, 5, 2)]];

fn fri<H: HashFamily>(log_blowup: usize, log_final_poly_len: usize) -> FriParameters<FriMmcs<H>> {
    FriParameters {
        log_blowup,
        log_final_poly_len,
        max_log_arity: 2,
        num_queries: 7,
        batch_proof_of_work_bits: 0,
        commit_proof_of_work_bits: 0,
        query_proof_of_work_bits: 0,
        mmcs: ExtensionMmcs::new(H::mmcs()),
    }
}

/// Any values do; these are different in every cell.
fn evaluations(log_height: usize, width: usize) -> (Domain, RowMajorMatrix<Val>) {
    let cells = (0..width << log_height).map(|cell| Val::from_usize(cell * cell + width));
    let domain = Domain::new(Val::from_usize(width), log_height).expect("a small domain");
    (domain, RowMajorMatrix::new(cells.collect(), width))
}

/// What verifiers see: commitments, domains with points, values, proof.
struct Opened<C, P> {
    commitments: Vec<C>,
    points: Vec<Vec<Vec<Challenge>>>,
    values: OpenedValues<Challenge>,
    proof: P,
}

/// Commit to [`COMMITMENTS`] and open them.
fn open<H, P>(pcs: &P) -> Opened<P::Commitment, P::Proof>
where
    H: HashFamily,
    P: Pcs<Challenge, H::Challenger, Domain = Domain>,
{
    let mut challenger = H::challenger();
    let committed = COMMITMENTS.map(|matrices| {
        let matrices = matrices.iter();
        let committed =
            pcs.commit(matrices.map(|&(log_height, width, _)| evaluations(log_height, width)));
        committed.expect("commitments")
    });
    let shared: Challenge = challenger.sample_algebra_element();
    let points: Vec<Vec<Vec<Challenge>>> = COMMITMENTS
        .map(|matrices| {
            let points = |&(_, _, count): &(usize, usize, usize)| {
                let more = (1..count).map(|_| challenger.sample_algebra_element());
                std::iter::once(shared)
                    .chain(more.collect::<Vec<_>>())
                    .collect()
            };
            matrices.iter().map(points).collect()
        })
        .to_vec();
    let requests = committed
        .iter()
        .zip(&points)
        .map(|((_, data), points)| OpeningRequest {
            prover_data: data,
            points: points.clone(),
        });
    let opened = pcs.open(requests.collect(), &mut challenger);
    let (values, proof) = opened.expect("an opening");
    Opened {
        commitments: committed
            .into_iter()
            .map(|(commitment, _)| commitment)
            .collect(),
        points,
        values,
        proof,
    }
}

/// Whether the published scheme accepts what was opened.
fn accepts<H: HashFamily>(pcs: &Published<H>, opened: &Opened<Commitment<H>, Proof<H>>) -> bool {
    let mut challenger = H::challenger();
    // As in `open`: one point that all matrices share, and the others.
    let others = opened
        .points
        .iter()
        .flatten()
        .map(|points| points.len() - 1);
    let points = 1 + others.sum::<usize>();
    (0..points).for_each(|_| {
        let _: Challenge = challenger.sample_algebra_element();
    });
    let claims = COMMITMENTS
        .iter()
        .enumerate()
        .map(|(commitment, matrices)| {
            let matrices = matrices
                .iter()
                .enumerate()
                .map(|(matrix, &(log_height, width, _))| {
                    let (domain, _) = evaluations(log_height, width);
                    let points = opened.points[commitment][matrix].iter().copied();
                    let values = opened.values[commitment][matrix].iter().cloned();
                    (domain, points.zip(values).collect())
                });
            CommitmentOpening::from((opened.commitments[commitment].clone(), matrices.collect()))
        });
    let claims = claims.collect();
    Pcs::<Challenge, H::Challenger>::verify(pcs, claims, &opened.proof, &mut challenger).is_ok()
}

#[zk_phase]
fn opens_like_the_published_scheme<H: StreamFamily>(log_blowup: usize, log_final_poly_len: usize) {
    let fri = || fri::<H>(log_blowup, log_final_poly_len);
    let published = Published::<H>::new(Dft::default(), H::mmcs(), fri());
    let scheme = Scheme::new(Dft::default(), H::mmcs(), fri());
    let expected = open::<H, _>(&published);

    let arena = Arena::<H>::new(&scheme, phase);
    is_opened_like::<H>(&published, &expected, open::<H, _>(&arena));

    let tree = H::tree();
    let store = StorePlan::new().open().expect("a store");
    for (log_columns, log_rows, narrow) in [(0, 4, true), (3, 5, false), (6, 9, true)] {
        let tiling = Tiling {
            log_columns,
            log_rows,
            narrow,
        };
        let stream = Stream::<H>::new(&scheme, &tree, store.clone(), tiling);
        is_opened_like::<H>(&published, &expected, open::<H, _>(&stream));
    }
}

/// Compare to the last byte, and have the published scheme look at it.
fn is_opened_like<H: HashFamily>(
    published: &Published<H>,
    expected: &Opened<Commitment<H>, Proof<H>>,
    mut opened: Opened<Commitment<H>, Proof<H>>,
) {
    assert_eq!(opened.values, expected.values);
    let bytes = |opened: &Opened<Commitment<H>, Proof<H>>| {
        postcard::to_allocvec(&(&opened.commitments, &opened.proof)).expect("plain data")
    };
    assert!(
        bytes(&opened) == bytes(expected),
        "other commitments or another proof"
    );

    assert!(accepts::<H>(published, &opened));
    opened.values[0][1][0][69] += Challenge::ONE;
    assert!(!accepts::<H>(published, &opened));
}

#[test]
fn openings_are_those_of_the_published_scheme() {
    for (log_blowup, log_final_poly_len) in [(1, 0), (2, 0), (3, 1)] {
        opens_like_the_published_scheme::<Keccak>(log_blowup, log_final_poly_len);
        opens_like_the_published_scheme::<Poseidon>(log_blowup, log_final_poly_len);
    }
}

#[test]
fn a_matrix_too_low_for_the_final_polynomial_is_refused() {
    type Challenger = <Keccak as HashFamily>::Challenger;
    fn refused(phase: Phase<'_>) {
        let scheme = Scheme::new(Dft::default(), Keccak::mmcs(), fri::<Keccak>(1, 2));
        let pcs = Arena::<Keccak>::new(&scheme, phase);
        let mut challenger = Keccak::challenger();
        let committed = Pcs::<Challenge, Challenger>::commit(&pcs, [evaluations(2, 1)]);
        let (_, data) = committed.expect("a commitment");
        let request = OpeningRequest::from((&data, vec![vec![Challenge::TWO]]));
        let outcome = pcs.open(vec![request], &mut challenger);
        assert!(matches!(
            outcome,
            Err(FriProverError::InputHeightTooSmall { .. })
        ));
        let untouched: Challenge = Keccak::challenger().sample_algebra_element();
        assert_eq!(challenger.sample_algebra_element::<Challenge>(), untouched);
    }
    zkarena::with_phase(|phase| refused(*phase));
}
