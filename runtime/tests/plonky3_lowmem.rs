//! What proofs in little memory promise, over another field and at more than one blowup: the published
//! transcript, and the published verifier's word. One test, as what is resident is the process's.

use p3_air::{Air, AirBuilder, BaseAir, WindowAccess};
use p3_baby_bear::{
    BabyBear, Poseidon2BabyBear, default_babybear_poseidon2_16, default_babybear_poseidon2_24,
};
use p3_challenger::DuplexChallenger;
use p3_commit::ExtensionMmcs;
use p3_dft::Radix2DitParallel;
use p3_field::extension::BinomialExtensionField;
use p3_field::{Field, PrimeCharacteristicRing};
use p3_fri::{FriParameters, TwoAdicFriPcs};
use p3_matrix::dense::RowMajorMatrix;
use p3_merkle_tree::MerkleTreeMmcs;
use p3_symmetric::{PaddingFreeSponge, TruncatedPermutation};
use p3_uni_stark::{Proof, StarkConfig, prove, verify};
use std::marker::PhantomData;
use zkarena::plonky3::{
    AsIs, FieldSponge, LowMemory, LowMemoryError, MerkleParts, RowSource, Scheme, StreamPcs,
    Tiling, least_memory, prove_lowmem, prove_streamed,
};
use zkarena::{Bytes, StorePlan, StoreStats};

// The published configuration.
type Val = BabyBear;
type Challenge = BinomialExtensionField<Val, 4>;
type Dft = Radix2DitParallel<Val>;
type Packing = <Val as Field>::Packing;
type Sponge = PaddingFreeSponge<Poseidon2BabyBear<24>, 24, 16, 8>;
type Compress = TruncatedPermutation<Poseidon2BabyBear<16>, 2, 8, 16>;
type Mmcs = MerkleTreeMmcs<Packing, Packing, Sponge, Compress, 2, 8>;
type FriMmcs = ExtensionMmcs<Val, Challenge, Mmcs>;
type Challenger = DuplexChallenger<Val, Poseidon2BabyBear<24>, 24, 16>;
type Config = StarkConfig<TwoAdicFriPcs<Val, Dft, Mmcs, FriMmcs>, Challenge, Challenger>;

// Its tree in parts: a hash of rows that come in pieces, and a tree over digests.
type RowHash = FieldSponge<Poseidon2BabyBear<24>, Packing, 24, 16, 8>;
type Digests = MerkleTreeMmcs<Packing, Packing, AsIs, Compress, 2, 8>;

/// Base-2 logarithm of the digests that are a commitment.
const CAP_HEIGHT: usize = 3;

fn compress() -> Compress {
    Compress::new(default_babybear_poseidon2_16())
}

fn mmcs() -> Mmcs {
    let sponge = Sponge::new(default_babybear_poseidon2_24());
    Mmcs::new(sponge, compress(), CAP_HEIGHT)
}

fn tree() -> MerkleParts<Mmcs, RowHash, Digests, 8> {
    MerkleParts {
        published: mmcs(),
        sponge: FieldSponge(default_babybear_poseidon2_24(), PhantomData),
        digests: Digests::new(AsIs, compress(), CAP_HEIGHT),
    }
}

fn challenger() -> Challenger {
    Challenger::new(default_babybear_poseidon2_24())
}

fn fri(log_blowup: usize) -> FriParameters<FriMmcs> {
    FriParameters {
        log_blowup,
        log_final_poly_len: 0,
        max_log_arity: 2,
        num_queries: 5,
        batch_proof_of_work_bits: 0,
        commit_proof_of_work_bits: 0,
        query_proof_of_work_bits: 1,
        mmcs: FriMmcs::new(mmcs()),
    }
}

/// Sequences side by side: number `n` starts with `n` and 1, and each element is the sum of the two before. The last element of the
/// first sequence is public.
struct Fibonacci {
    sequences: usize,
}

impl<F> BaseAir<F> for Fibonacci {
    fn width(&self) -> usize {
        2 * self.sequences
    }

    fn num_public_values(&self) -> usize {
        1
    }
}

impl<AB: AirBuilder> Air<AB> for Fibonacci {
    fn eval(&self, builder: &mut AB) {
        let main = builder.main();
        let (local, next) = (main.current_slice(), main.next_slice());
        let last = builder.public_values()[0];
        for number in 0..self.sequences {
            let (left, right) = (local[2 * number], local[2 * number + 1]);
            let mut first_row = builder.when_first_row();
            first_row.assert_eq(left, AB::F::from_usize(number));
            first_row.assert_eq(right, AB::F::ONE);
            let mut transition = builder.when_transition();
            transition.assert_eq(next[2 * number], right);
            transition.assert_eq(next[2 * number + 1], left + right);
        }
        builder.when_last_row().assert_eq(local[1], last);
    }
}

/// The trace, a row at a time.
#[derive(Clone, Copy)]
struct Rows {
    sequences: usize,
    log_height: usize,
}

impl RowSource<Val> for Rows {
    fn width(&self) -> usize {
        2 * self.sequences
    }

    fn log_height(&self) -> usize {
        self.log_height
    }

    fn piece_rows(&self) -> usize {
        1
    }

    fn rows(self, take: &mut dyn FnMut(&[Val])) {
        let start = (0..self.sequences).flat_map(|number| [Val::from_usize(number), Val::ONE]);
        let mut row: Vec<Val> = start.collect();
        for _ in 0..1 << self.log_height {
            take(&row);
            for pair in row.chunks_exact_mut(2) {
                (pair[0], pair[1]) = (pair[1], pair[0] + pair[1]);
            }
        }
    }
}

/// A statement with everything that proves it.
struct Case {
    log_blowup: usize,
    air: Fibonacci,
    rows: Rows,
    public_values: [Val; 1],
    config: Config,
}

impl Case {
    fn new(log_blowup: usize, sequences: usize, log_height: usize) -> Self {
        let rows = Rows {
            sequences,
            log_height,
        };
        let mut last = Val::ZERO;
        rows.rows(&mut |row| last = row[1]);
        let pcs = TwoAdicFriPcs::new(Dft::default(), mmcs(), fri(log_blowup));
        Self {
            log_blowup,
            air: Fibonacci { sequences },
            rows,
            public_values: [last],
            config: Config::new(pcs, challenger()),
        }
    }

    fn scheme(&self) -> Scheme<Val, Dft, Mmcs, FriMmcs> {
        Scheme::new(Dft::default(), mmcs(), fri(self.log_blowup))
    }

    /// The published proof.
    fn expected(&self) -> Proof<Config> {
        let mut trace = Vec::new();
        self.rows.rows(&mut |row| trace.extend_from_slice(row));
        let trace = RowMajorMatrix::new(trace, self.rows.width());
        prove(&self.config, &self.air, trace, &self.public_values).expect("a proof")
    }

    /// Whether the published verifier takes a proof, of this and of nothing else, and the transcript is the
    /// published one.
    fn is_proved_by(&self, proof: &Proof<Config>, expected: &Proof<Config>) {
        let verdict = verify(&self.config, &self.air, proof, &self.public_values);
        assert!(verdict.is_ok(), "{verdict:?}");
        let other = [self.public_values[0] + Val::ONE];
        assert!(verify(&self.config, &self.air, proof, &other).is_err());
        assert!(transcript(proof) == transcript(expected), "another one");
    }
}

/// What a proof says before the grind, which takes the first witness that any thread finds.
fn transcript(proof: &Proof<Config>) -> Vec<u8> {
    let fri = &proof.opening_proof;
    let before = (
        &proof.commitments,
        &proof.opened_values,
        &fri.commit_phase_commits,
        &fri.final_poly,
    );
    postcard::to_allocvec(&before).expect("plain data")
}

fn streamed_in_tiles(case: &Case) {
    let (scheme, tree, expected) = (case.scheme(), tree(), case.expected());
    for (log_columns, log_rows, narrow) in [(2, 4, true), (6, 9, false)] {
        let tiling = Tiling {
            log_columns,
            log_rows,
            narrow,
        };
        let store = StorePlan::new().open().expect("a store");
        let pcs = StreamPcs::new(&scheme, &tree, store.clone(), tiling);
        let (challenger, values) = (challenger(), &case.public_values);
        let proof = prove_streamed(pcs, challenger, &case.air, case.rows, values);
        case.is_proved_by(&proof.expect("a proof"), &expected);
        assert!(store.stats().written_bytes > 0);
    }
}

fn within_a_memory(case: &Case) {
    let (scheme, tree, expected) = (case.scheme(), tree(), case.expected());
    let within = |memory| {
        let (low, air, values) = (LowMemory::new(memory), &case.air, &case.public_values);
        prove_lowmem(&scheme, &tree, challenger(), air, case.rows, values, &low)
    };
    let refused = within(Bytes(1 << 20)).map(|_| ());
    assert!(matches!(refused, Err(LowMemoryError::Memory { .. })));

    let floor = least_memory(&scheme, &tree, &case.rows);
    let (proof, stats) = within(floor).expect("a proof");
    case.is_proved_by(&proof, &expected);
    assert!(stats.written_bytes > 0, "in {floor}");

    // What fits touches no disk.
    let (proof, stats) = within(Bytes(4 << 30)).expect("a proof");
    case.is_proved_by(&proof, &expected);
    assert_eq!(stats, StoreStats::default());
}

#[test]
fn proofs_in_little_memory_are_those_of_the_published_prover() {
    for log_blowup in [1, 2] {
        for (sequences, log_height) in [(1, 3), (21, 7)] {
            streamed_in_tiles(&Case::new(log_blowup, sequences, log_height));
        }
        within_a_memory(&Case::new(log_blowup, 256, 13));
    }
}
