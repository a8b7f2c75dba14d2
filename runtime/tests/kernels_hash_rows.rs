//! Rows whose columns lie in bands in a file have the digests that the published hashes give them.

mod common;

use common::random::Random;
use p3_field::{Field, PrimeCharacteristicRing};
use p3_keccak::{KeccakF, VECTOR_LEN};
use p3_koala_bear::{KoalaBear, default_koalabear_poseidon2_24};
use p3_symmetric::{CryptographicHasher, PaddingFreeSponge, SerializingHasher};
use std::fmt::Debug;
use std::marker::PhantomData;
use zkarena::kernels::{Band, RowSponge, hash_rows};
use zkarena::plonky3::{FieldSponge, WordSponge};
use zkarena::{Store, StorePlan, Stored};

/// Columns of each band: fewer than are absorbed at a time, and more.
const WIDTHS: [usize; 4] = [3, 17, 1, 64];

fn band(store: &Store, width: usize, height: usize) -> (Vec<KoalaBear>, Stored<KoalaBear>) {
    let mut random = Random::new(width as u64);
    let elements = (0..width * height).map(|_| KoalaBear::from_u64(random.next()));
    let elements: Vec<KoalaBear> = elements.collect();
    let mut writing = store.write(elements.len()).expect("room");
    writing.append(&elements).expect("a write");
    (elements, writing.freeze().expect("written"))
}

fn digests_are_those_of<W, const N: usize>(
    published: &impl CryptographicHasher<KoalaBear, [W; N]>,
    sponge: &impl RowSponge<KoalaBear, Word = W>,
) where
    W: Copy + PartialEq + Debug,
{
    let store = StorePlan::new().open().expect("a store");
    for height in [0, 1, VECTOR_LEN, 33, 5000] {
        let bands = WIDTHS.map(|width| band(&store, width, height));
        let row = |row: usize| {
            let columns = bands.iter().zip(WIDTHS);
            columns.flat_map(move |((elements, _), width)| &elements[row * width..][..width])
        };
        let expected = (0..height).flat_map(|number| published.hash_iter(row(number).copied()));
        let stored = bands.iter().zip(WIDTHS);
        let stored: Vec<_> = stored
            .map(|((_, elements), width)| Band { elements, width })
            .collect();
        let digests = hash_rows(sponge, &stored).expect("reads");
        assert!(expected.eq(digests), "{height} rows");
    }
}

#[test]
fn with_keccak() {
    let published = PaddingFreeSponge::<KeccakF, 25, 17, 4>::new(KeccakF {});
    let sponge = WordSponge::<_, VECTOR_LEN, 25, 17, 4>(KeccakF {});
    digests_are_those_of(&SerializingHasher::new(published), &sponge);
}

#[test]
fn with_poseidon2() {
    type Packing = <KoalaBear as Field>::Packing;
    let permutation = default_koalabear_poseidon2_24();
    let published = PaddingFreeSponge::<_, 24, 16, 8>::new(permutation.clone());
    let sponge = FieldSponge::<_, Packing, 24, 16, 8>(permutation, PhantomData);
    digests_are_those_of(&published, &sponge);
}

#[test]
fn without_bands_there_is_nothing() {
    let sponge = WordSponge::<_, VECTOR_LEN, 25, 17, 4>(KeccakF {});
    let none: [Band<'_, KoalaBear>; 0] = [];
    assert_eq!(hash_rows(&sponge, &none), Ok(Vec::new()));
}
