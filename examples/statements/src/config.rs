//! The STARK configurations: field, DFT, commitment scheme, FRI parameters.
//!
//! They follow the examples that are published with p3-keccak-air and p3-poseidon2-air.

use p3_challenger::{
    CanObserve, CanSample, DuplexChallenger, FieldChallenger, GrindingChallenger, HashChallenger,
    SerializingChallenger32,
};
use p3_commit::{ExtensionMmcs, Mmcs};
use p3_dft::Radix2DitParallel;
use p3_field::Field;
use p3_field::extension::BinomialExtensionField;
use p3_fri::{FriParameters, TwoAdicFriPcs};
use p3_keccak::{Keccak256Hash, KeccakF};
use p3_koala_bear::{
    KoalaBear, Poseidon2KoalaBear, default_koalabear_poseidon2_16, default_koalabear_poseidon2_24,
};
use p3_merkle_tree::MerkleTreeMmcs;
use p3_symmetric::{
    CompressionFunctionFromHasher, PaddingFreeSponge, SerializingHasher, TruncatedPermutation,
};
use p3_uni_stark::StarkConfig;

/// The field of the traces.
pub type Val = KoalaBear;
/// The field of the challenges.
pub type Challenge = BinomialExtensionField<Val, 4>;
/// A DFT that caches its twiddle factors, so a configuration is worth keeping.
pub type Dft = Radix2DitParallel<Val>;

/// The commitment scheme over a Merkle tree.
pub type Pcs<M> = TwoAdicFriPcs<Val, Dft, M, ExtensionMmcs<Val, Challenge, M>>;
/// The configuration over a hash family.
pub type Config<H> =
    StarkConfig<Pcs<<H as HashFamily>::Mmcs>, Challenge, <H as HashFamily>::Challenger>;

/// FRI's rate is one half.
pub const LOG_BLOWUP: usize = 1;
/// Commitments are the eight digests below the root, which shortens every authentication path by
/// three.
const CAP_HEIGHT: usize = 3;

/// What hashes: the Merkle trees and the transcript.
pub trait HashFamily: 'static {
    /// The Merkle tree over trace rows.
    type Mmcs: Mmcs<Val, Commitment: Send + Sync, MultiProof: Send + Sync, Error: Send + Sync>
        + Send
        + Sync;
    /// The Fiat-Shamir transcript.
    type Challenger: FieldChallenger<Val>
        + GrindingChallenger<Witness = Val>
        + CanObserve<<Self::Mmcs as Mmcs<Val>>::Commitment>
        + CanSample<Challenge>
        + Clone
        + Send
        + Sync;

    /// An empty tree.
    fn mmcs() -> Self::Mmcs;
    /// An empty transcript.
    fn challenger() -> Self::Challenger;
}

/// The parameters of FRI.
pub fn fri_parameters<H: HashFamily>() -> FriParameters<ExtensionMmcs<Val, Challenge, H::Mmcs>> {
    FriParameters {
        log_blowup: LOG_BLOWUP,
        // Grinding takes the first witness any thread finds. Before the final polynomial it would
        // decide later challenges, and `Proof::transcript_sha256` would differ from run to run.
        batch_proof_of_work_bits: 0,
        commit_proof_of_work_bits: 0,
        ..FriParameters::new_benchmark(ExtensionMmcs::new(H::mmcs()))
    }
}

/// Build the configuration over `H`.
pub(crate) fn config<H: HashFamily>() -> Config<H> {
    let pcs = Pcs::new(Dft::default(), H::mmcs(), fri_parameters::<H>());
    // No grinding here either, for the same reason.
    StarkConfig::new(pcs, H::challenger()).with_ood_proof_of_work_bits(0)
}

/// Keccak-f, as many states at a time as a vector register holds.
#[derive(Debug)]
pub enum Keccak {}

type KeccakSponge = PaddingFreeSponge<KeccakF, 25, 17, 4>;

impl HashFamily for Keccak {
    type Mmcs = MerkleTreeMmcs<
        [Val; p3_keccak::VECTOR_LEN],
        [u64; p3_keccak::VECTOR_LEN],
        SerializingHasher<KeccakSponge>,
        CompressionFunctionFromHasher<KeccakSponge, 2, 4>,
        2,
        4,
    >;
    type Challenger = SerializingChallenger32<Val, HashChallenger<u8, Keccak256Hash, 32>>;

    fn mmcs() -> Self::Mmcs {
        let sponge = KeccakSponge::new(KeccakF {});
        let compress = CompressionFunctionFromHasher::new(sponge);
        MerkleTreeMmcs::new(SerializingHasher::new(sponge), compress, CAP_HEIGHT)
    }

    fn challenger() -> Self::Challenger {
        SerializingChallenger32::from_hasher(Vec::new(), Keccak256Hash {})
    }
}

/// Poseidon2 with the published constants: width 24 absorbs, width 16 compresses.
#[derive(Debug)]
pub enum Poseidon2 {}

impl HashFamily for Poseidon2 {
    type Mmcs = MerkleTreeMmcs<
        <Val as Field>::Packing,
        <Val as Field>::Packing,
        PaddingFreeSponge<Poseidon2KoalaBear<24>, 24, 16, 8>,
        TruncatedPermutation<Poseidon2KoalaBear<16>, 2, 8, 16>,
        2,
        8,
    >;
    type Challenger = DuplexChallenger<Val, Poseidon2KoalaBear<24>, 24, 16>;

    fn mmcs() -> Self::Mmcs {
        let sponge = PaddingFreeSponge::new(default_koalabear_poseidon2_24());
        let compress = TruncatedPermutation::new(default_koalabear_poseidon2_16());
        MerkleTreeMmcs::new(sponge, compress, CAP_HEIGHT)
    }

    fn challenger() -> Self::Challenger {
        DuplexChallenger::new(default_koalabear_poseidon2_24())
    }
}
