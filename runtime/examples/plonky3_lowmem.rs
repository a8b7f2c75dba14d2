//! A Plonky3 proof in as little memory as it takes, and verified by the published verifier.
//!
//! ```text
//! cargo run --release -p zkarena --features plonky3 --example plonky3_lowmem -- 15
//! ```
//!
//! The statement is a toy: 512 sequences of Fibonacci numbers side by side, in `2^15` rows. Its trace is
//! generated row by row and never in memory as a whole; it is encrypted on its way to the file.
#![forbid(unsafe_code)]

use p3_air::{Air, AirBuilder, BaseAir, WindowAccess};
use p3_challenger::DuplexChallenger;
use p3_commit::ExtensionMmcs;
use p3_dft::Radix2DitParallel;
use p3_field::extension::BinomialExtensionField;
use p3_field::{Field, PrimeCharacteristicRing};
use p3_fri::{FriParameters, TwoAdicFriPcs};
use p3_koala_bear::{
    KoalaBear, Poseidon2KoalaBear, default_koalabear_poseidon2_16, default_koalabear_poseidon2_24,
};
use p3_merkle_tree::MerkleTreeMmcs;
use p3_symmetric::{PaddingFreeSponge, TruncatedPermutation};
use p3_uni_stark::{StarkConfig, verify};
use std::error::Error;
use std::marker::PhantomData;
use zkarena::plonky3::{
    AsIs, FieldSponge, LowMemory, MerkleParts, RowSource, Scheme, least_memory, prove_lowmem,
};
use zkarena::{Bytes, PhaseAlloc};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

// The published configuration.
type Val = KoalaBear;
type Challenge = BinomialExtensionField<Val, 4>;
type Dft = Radix2DitParallel<Val>;
type Packing = <Val as Field>::Packing;
type Sponge = PaddingFreeSponge<Poseidon2KoalaBear<24>, 24, 16, 8>;
type Compress = TruncatedPermutation<Poseidon2KoalaBear<16>, 2, 8, 16>;
type Mmcs = MerkleTreeMmcs<Packing, Packing, Sponge, Compress, 2, 8>;
type FriMmcs = ExtensionMmcs<Val, Challenge, Mmcs>;
type Challenger = DuplexChallenger<Val, Poseidon2KoalaBear<24>, 24, 16>;
type Config = StarkConfig<TwoAdicFriPcs<Val, Dft, Mmcs, FriMmcs>, Challenge, Challenger>;

// Its tree in parts: a hash of rows that come in pieces, and a tree over digests.
type RowHash = FieldSponge<Poseidon2KoalaBear<24>, Packing, 24, 16, 8>;
type Digests = MerkleTreeMmcs<Packing, Packing, AsIs, Compress, 2, 8>;

/// Base-2 logarithm of the digests that are a commitment.
const CAP_HEIGHT: usize = 3;

fn compress() -> Compress {
    Compress::new(default_koalabear_poseidon2_16())
}

fn mmcs() -> Mmcs {
    let sponge = Sponge::new(default_koalabear_poseidon2_24());
    Mmcs::new(sponge, compress(), CAP_HEIGHT)
}

fn tree() -> MerkleParts<Mmcs, RowHash, Digests, 8> {
    MerkleParts {
        published: mmcs(),
        sponge: FieldSponge(default_koalabear_poseidon2_24(), PhantomData),
        digests: Digests::new(AsIs, compress(), CAP_HEIGHT),
    }
}

fn challenger() -> Challenger {
    Challenger::new(default_koalabear_poseidon2_24())
}

fn fri() -> FriParameters<FriMmcs> {
    FriParameters::new_benchmark(FriMmcs::new(mmcs()))
}

/// Sequences side by side.
const SEQUENCES: usize = 512;

/// Number `n` starts with `n` and 1, and each element is the sum of the two before. The last element of the
/// first sequence is public.
struct Fibonacci;

impl<F> BaseAir<F> for Fibonacci {
    fn width(&self) -> usize {
        2 * SEQUENCES
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
        for number in 0..SEQUENCES {
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
    log_height: usize,
}

impl RowSource<Val> for Rows {
    fn width(&self) -> usize {
        2 * SEQUENCES
    }

    fn log_height(&self) -> usize {
        self.log_height
    }

    fn piece_rows(&self) -> usize {
        1
    }

    fn rows(self, take: &mut dyn FnMut(&[Val])) {
        let start = (0..SEQUENCES).flat_map(|number| [Val::from_usize(number), Val::ONE]);
        let mut row: Vec<Val> = start.collect();
        for _ in 0..1 << self.log_height {
            take(&row);
            for pair in row.chunks_exact_mut(2) {
                (pair[0], pair[1]) = (pair[1], pair[0] + pair[1]);
            }
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let log_height = std::env::args().nth(1);
    let log_height = log_height.map_or(Ok(15), |word| word.parse())?;
    let rows = Rows { log_height };
    let mut last = Val::ZERO;
    rows.rows(&mut |row| last = row[1]);

    let (scheme, tree) = (Scheme::new(Dft::default(), mmcs(), fri()), tree());
    let low = LowMemory::new(least_memory(&scheme, &tree, &rows));
    let public_values = [last];
    let proof = prove_lowmem(
        &scheme,
        &tree,
        challenger(),
        &Fibonacci,
        rows,
        &public_values,
        &low,
    );
    let (proof, stats) = proof?;

    let pcs = TwoAdicFriPcs::new(Dft::default(), mmcs(), fri());
    let config = Config::new(pcs, challenger());
    verify(&config, &Fibonacci, &proof, &public_values).map_err(|error| format!("{error:?}"))?;
    println!(
        "2^{log_height} rows of {}: proved within {} and verified; {} written, {} read",
        Bytes((2 * SEQUENCES * size_of::<Val>()) as u64),
        low.memory(),
        Bytes(stats.written_bytes),
        Bytes(stats.read_bytes),
    );
    Ok(())
}
