//! What proofs in little memory promise, over another field and at more than one blowup: the published
//! transcript, and the published verifier's word. One test in each process, as what is resident is the process's.

mod common;

use common::child::in_child_with;
use p3_air::{Air, AirBuilder, BaseAir, WindowAccess};
use p3_baby_bear::BabyBear;
use p3_challenger::{HashChallenger, SerializingChallenger32};
use p3_commit::ExtensionMmcs;
use p3_dft::Radix2DitParallel;
use p3_field::PrimeCharacteristicRing;
use p3_field::extension::BinomialExtensionField;
use p3_fri::{FriParameters, TwoAdicFriPcs};
use p3_keccak::{Keccak256Hash, KeccakF, VECTOR_LEN};
use p3_matrix::dense::RowMajorMatrix;
use p3_merkle_tree::MerkleTreeMmcs;
use p3_symmetric::{CompressionFunctionFromHasher, PaddingFreeSponge, SerializingHasher};
use p3_uni_stark::{Proof, StarkConfig, prove, verify};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use zkarena::plonky3::{
    Again, AsIs, LowMemory, LowMemoryError, MerkleParts, RowSource, Scheme, StreamPcs, Tiling,
    WordSponge, least_memory, prove_lowmem, prove_streamed,
};
use zkarena::{Bytes, StorePlan, StoreStats};

// The published configuration.
type Val = BabyBear;
type Challenge = BinomialExtensionField<Val, 4>;
type Dft = Radix2DitParallel<Val>;
type Sponge = PaddingFreeSponge<KeccakF, 25, 17, 4>;
type Compress = CompressionFunctionFromHasher<Sponge, 2, 4>;
type Lanes<T> = [T; VECTOR_LEN];
type Mmcs = MerkleTreeMmcs<Lanes<Val>, Lanes<u64>, SerializingHasher<Sponge>, Compress, 2, 4>;
type FriMmcs = ExtensionMmcs<Val, Challenge, Mmcs>;
type Challenger = SerializingChallenger32<Val, HashChallenger<u8, Keccak256Hash, 32>>;
type Config = StarkConfig<TwoAdicFriPcs<Val, Dft, Mmcs, FriMmcs>, Challenge, Challenger>;

// Its tree in parts: a hash of rows that come in pieces, and a tree over digests.
type RowHash = WordSponge<KeccakF, VECTOR_LEN, 25, 17, 4>;
type Digests = MerkleTreeMmcs<Lanes<u64>, Lanes<u64>, AsIs, Compress, 2, 4>;

/// Base-2 logarithm of the digests that are a commitment.
const CAP_HEIGHT: usize = 2;

const SPONGE: Sponge = Sponge::new(KeccakF {});

fn mmcs() -> Mmcs {
    Mmcs::new(
        SerializingHasher::new(SPONGE),
        Compress::new(SPONGE),
        CAP_HEIGHT,
    )
}

fn tree() -> MerkleParts<Mmcs, RowHash, Digests, 4> {
    MerkleParts {
        published: mmcs(),
        sponge: WordSponge(KeccakF {}),
        digests: Digests::new(AsIs, Compress::new(SPONGE), CAP_HEIGHT),
    }
}

fn challenger() -> Challenger {
    Challenger::from_hasher(Vec::new(), Keccak256Hash {})
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

/// The same, which can be had again; it counts how often that was.
struct Repeated {
    rows: Rows,
    times: Arc<AtomicUsize>,
}

impl RowSource<Val> for Repeated {
    fn width(&self) -> usize {
        self.rows.width()
    }

    fn log_height(&self) -> usize {
        self.rows.log_height
    }

    fn piece_rows(&self) -> usize {
        1
    }

    fn rows(self, take: &mut dyn FnMut(&[Val])) {
        // Not by rows: what is handed over ends anywhere.
        let mut all = Vec::new();
        self.rows.rows(&mut |row| all.extend_from_slice(row));
        all.chunks(1000).for_each(take);
    }

    fn again(&self) -> Option<Again<Val>> {
        let (rows, times) = (self.rows, Arc::clone(&self.times));
        Some(Box::new(move |take| {
            times.fetch_add(1, Ordering::Relaxed);
            let repeated = Repeated {
                rows,
                times: Arc::default(),
            };
            repeated.rows(take);
        }))
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

/// Wide rows that can be had again are not read for openings: evaluations and their combination.
fn rows_are_made_again(case: &Case) {
    let (scheme, tree, expected) = (case.scheme(), tree(), case.expected());
    let prove = |narrow| {
        let tiling = Tiling {
            log_columns: 4,
            log_rows: 4,
            narrow,
        };
        let store = StorePlan::new().open().expect("a store");
        let pcs = StreamPcs::new(&scheme, &tree, store.clone(), tiling);
        let (rows, times) = (case.rows, Arc::default());
        let repeated = Repeated {
            rows,
            times: Arc::clone(&times),
        };
        let proof = prove_streamed(pcs, challenger(), &case.air, repeated, &case.public_values);
        case.is_proved_by(&proof.expect("a proof"), &expected);
        times.load(Ordering::Relaxed)
    };
    assert_eq!(prove(false), 2);
    assert_eq!(prove(true), if case.rows.sequences > 1 { 2 } else { 0 });
}

/// The proof in a given memory, and what its store did.
fn within(case: &Case, memory: Bytes) -> Result<(Proof<Config>, StoreStats), LowMemoryError> {
    let (scheme, tree, values) = (case.scheme(), tree(), &case.public_values);
    let low = LowMemory::new(memory).plain(); // ciphers are slow without optimisation
    prove_lowmem(
        &scheme,
        &tree,
        challenger(),
        &case.air,
        case.rows,
        values,
        &low,
    )
}

/// What fits touches no disk.
fn in_memory(case: &Case) {
    let (proof, stats) = within(case, Bytes(4 << 30)).expect("a proof");
    case.is_proved_by(&proof, &case.expected());
    assert_eq!(stats, StoreStats::default());
}

fn at_the_floor(case: &Case) {
    let refused = within(case, Bytes(1 << 20)).map(|_| ());
    assert!(matches!(refused, Err(LowMemoryError::Memory { .. })));
    let floor = least_memory(&case.scheme(), &tree(), &case.rows);
    let (proof, stats) = within(case, floor).expect("a proof");
    case.is_proved_by(&proof, &case.expected());
    assert!(stats.written_bytes > 0, "in {floor}");
}

#[test]
fn proofs_in_little_memory_are_those_of_the_published_prover() {
    for log_blowup in [1, 2] {
        for (sequences, log_height) in [(1, 3), (21, 7)] {
            let case = Case::new(log_blowup, sequences, log_height);
            streamed_in_tiles(&case);
            rows_are_made_again(&case);
            in_memory(&case);
        }
        at_the_floor(&Case::new(log_blowup, 256, 14 - log_blowup));
    }
}

#[test]
fn the_environment_gives_a_proof_no_more_memory() {
    let set = |command: &mut std::process::Command| {
        command.env("ZKARENA_RAM", "4GiB");
    };
    in_child_with("the_environment_gives_a_proof_no_more_memory", set, || {
        at_the_floor(&Case::new(1, 256, 13));
    });
}
