//! The hashes of the published statements, in parts.

use std::marker::PhantomData;

use p3_field::Field;
use p3_keccak::{KeccakF, VECTOR_LEN};
use p3_koala_bear::{
    Poseidon2KoalaBear, default_koalabear_poseidon2_16, default_koalabear_poseidon2_24,
};
use p3_merkle_tree::MerkleTreeMmcs;
use p3_symmetric::{CompressionFunctionFromHasher, PaddingFreeSponge, TruncatedPermutation};
use zkarena_statements::parts::{HashFamily, KeccakFamily, Poseidon2Family, Val};

use crate::stream::mmcs::{AsIs, MerkleParts, StreamTree};
use crate::stream::sponge::{FieldSponge, WordSponge};

/// A hash whose tree can be built from rows that come in pieces.
pub trait StreamFamily: HashFamily {
    /// Its tree in parts.
    type Tree: StreamTree<Val, Published = Self::Mmcs> + Send + Sync;

    /// The parts of an empty tree.
    fn tree() -> Self::Tree;
}

/// The tree of a hash.
pub type TreeOf<H> = <H as StreamFamily>::Tree;

type KeccakSponge = PaddingFreeSponge<KeccakF, 25, 17, 4>;
type KeccakDigests = MerkleTreeMmcs<
    [u64; VECTOR_LEN],
    [u64; VECTOR_LEN],
    AsIs,
    CompressionFunctionFromHasher<KeccakSponge, 2, 4>,
    2,
    4,
>;

impl StreamFamily for KeccakFamily {
    type Tree = MerkleParts<
        <Self as HashFamily>::Mmcs,
        WordSponge<KeccakF, VECTOR_LEN, 25, 17, 4>,
        KeccakDigests,
        4,
    >;

    fn tree() -> Self::Tree {
        let published = Self::mmcs();
        let compress = CompressionFunctionFromHasher::new(KeccakSponge::new(KeccakF {}));
        MerkleParts {
            sponge: WordSponge(KeccakF {}),
            digests: MerkleTreeMmcs::new(AsIs, compress, published.cap_height()),
            published,
        }
    }
}

type PoseidonDigests = MerkleTreeMmcs<
    <Val as Field>::Packing,
    <Val as Field>::Packing,
    AsIs,
    TruncatedPermutation<Poseidon2KoalaBear<16>, 2, 8, 16>,
    2,
    8,
>;

impl StreamFamily for Poseidon2Family {
    type Tree = MerkleParts<
        <Self as HashFamily>::Mmcs,
        FieldSponge<Poseidon2KoalaBear<24>, <Val as Field>::Packing, 24, 16, 8>,
        PoseidonDigests,
        8,
    >;

    fn tree() -> Self::Tree {
        let published = Self::mmcs();
        let compress = TruncatedPermutation::new(default_koalabear_poseidon2_16());
        MerkleParts {
            sponge: FieldSponge(default_koalabear_poseidon2_24(), PhantomData),
            digests: MerkleTreeMmcs::new(AsIs, compress, published.cap_height()),
            published,
        }
    }
}
