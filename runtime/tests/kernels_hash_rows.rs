//! Rows whose columns lie in bands in a file have the digests that the published hashes give them.

mod common;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field as _};
use common::random::Random;
use p3_field::{Field, PrimeCharacteristicRing};
use p3_keccak::{KeccakF, VECTOR_LEN};
use p3_koala_bear::{KoalaBear, default_koalabear_poseidon2_24};
use p3_symmetric::{CryptographicHasher, PaddingFreeSponge, SerializingHasher};
use std::fmt::Debug;
use std::marker::PhantomData;
use zkarena::kernels::{Band, RowSponge, hash_rows};
use zkarena::plonky3::{FieldSponge, WordSponge};
use zkarena::{Plain, Store, StorePlan, Stored};

/// Columns of each band: fewer than are absorbed at a time, and more.
const WIDTHS: [usize; 4] = [3, 17, 1, 64];

fn band(store: &Store, width: usize, height: usize) -> (Vec<KoalaBear>, Stored<KoalaBear>) {
    let mut random = Random::new(width as u64);
    let elements = (0..width * height).map(|_| KoalaBear::from_u64(random.next()));
    let elements: Vec<KoalaBear> = elements.collect();
    let stored = keep(store, &elements);
    (elements, stored)
}

fn keep<F: Plain>(store: &Store, elements: &[F]) -> Stored<F> {
    let mut writing = store.write(elements.len()).expect("room");
    writing.append(elements).expect("a write");
    writing.freeze().expect("written")
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

/// A sponge over a field of arkworks, two elements at a time: of the shape of Poseidon's, and no hash to use.
#[derive(Clone)]
struct Toy;

impl Toy {
    fn permute(state: &mut [Fr; 3]) {
        for round in 1..=4u64 {
            let powers = state.map(|element| (element + Fr::from(round)).pow([5]));
            let sum: Fr = powers.iter().sum();
            *state = powers.map(|power| power + sum);
        }
    }

    /// The digest of a row that is in memory, by the book.
    fn digest(row: &[Fr]) -> Fr {
        let mut state = [Fr::ZERO; 3];
        for pair in row.chunks(2) {
            for (word, element) in state.iter_mut().zip(pair) {
                *word += element;
            }
            Self::permute(&mut state);
        }
        state[0]
    }
}

impl RowSponge<Fr> for Toy {
    type Word = Fr;
    type State = [Fr; 3];
    const LANES: usize = 1;
    const WORDS: usize = 1;

    fn start(&self) -> [Fr; 3] {
        [Fr::ZERO; 3]
    }

    fn absorb<'a>(
        &self,
        state: &mut [Fr; 3],
        before: usize,
        columns: impl Iterator<Item = &'a [Fr]>,
    ) {
        for (column, rows) in (before..).zip(columns) {
            state[column % 2] += rows[0];
            if column % 2 == 1 {
                Self::permute(state);
            }
        }
    }

    fn squeeze(&self, state: &[Fr; 3], len: usize, digests: &mut [Fr]) {
        let mut state = *state;
        if len % 2 == 1 {
            Self::permute(&mut state);
        }
        digests[0] = state[0];
    }
}

#[test]
fn with_a_field_of_arkworks() {
    let store = StorePlan::new().open().expect("a store");
    for widths in [&WIDTHS[..], &[2, 1]] {
        let height = 300;
        let mut random = Random::new(5);
        let bands: Vec<Vec<Fr>> = widths
            .iter()
            .map(|width| (0..width * height).map(|_| random.next().into()).collect())
            .collect();
        let stored: Vec<Stored<Fr>> = bands.iter().map(|band| keep(&store, band)).collect();
        let row = |number: usize| -> Vec<Fr> {
            let parts = bands.iter().zip(widths);
            parts
                .flat_map(|(band, width)| &band[number * width..][..*width])
                .copied()
                .collect()
        };
        let expected: Vec<Fr> = (0..height)
            .map(|number| Toy::digest(&row(number)))
            .collect();
        let places = stored.iter().zip(widths);
        let places: Vec<_> = places
            .map(|(elements, &width)| Band { elements, width })
            .collect();
        assert_eq!(hash_rows(&Toy, &places), Ok(expected));
    }
}

#[test]
fn without_bands_there_is_nothing() {
    let sponge = WordSponge::<_, VECTOR_LEN, 25, 17, 4>(KeccakF {});
    let none: [Band<'_, KoalaBear>; 0] = [];
    assert_eq!(hash_rows(&sponge, &none), Ok(Vec::new()));
}
