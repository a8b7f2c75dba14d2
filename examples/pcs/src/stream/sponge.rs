//! Hashes of rows that come in pieces: the published sponges, which overwrite and do not pad.

use std::fmt;

use p3_field::{Field, PrimeField32};
use p3_symmetric::CryptographicPermutation;

/// A hash of rows that come in pieces. What it makes of all pieces is what the published hash makes of
/// the row.
pub trait RowSponge<F>: Clone + Send + Sync {
    /// What digests are made of.
    type Word: Copy + Default + PartialEq + Send + Sync + fmt::Debug + 'static;
    /// What is kept of a row so far.
    type State: Copy + Send + Sync;
    /// Words of a digest.
    const WORDS: usize;

    /// The state of a row of which nothing is known.
    fn start(&self) -> Self::State;

    /// Take in elements, before which there were `before`.
    fn absorb(&self, state: &mut Self::State, before: usize, elements: &[F]);

    /// The digest of a row of `len` elements, all of which were absorbed, in `WORDS` words.
    fn squeeze(&self, state: Self::State, len: usize, digest: &mut [Self::Word]);
}

/// `PaddingFreeSponge` over words of 64 bits, each of which has two elements of a field of 32 bits: what
/// `SerializingHasher` makes of it.
#[derive(Clone, Copy, Debug)]
pub struct WordSponge<P, const WIDTH: usize, const RATE: usize, const OUT: usize>(pub P);

impl<F, P, const WIDTH: usize, const RATE: usize, const OUT: usize> RowSponge<F>
    for WordSponge<P, WIDTH, RATE, OUT>
where
    F: PrimeField32,
    P: CryptographicPermutation<[u64; WIDTH]> + Send,
{
    type Word = u64;
    type State = [u64; WIDTH];
    const WORDS: usize = OUT;

    fn start(&self) -> [u64; WIDTH] {
        [0; WIDTH]
    }

    fn absorb(&self, state: &mut [u64; WIDTH], before: usize, elements: &[F]) {
        let mut place = before % (2 * RATE);
        for element in elements {
            let half = u64::from(element.to_unique_u32());
            let word = &mut state[place / 2];
            *word = if place.is_multiple_of(2) {
                half
            } else {
                *word | half << 32
            };
            place += 1;
            if place == 2 * RATE {
                self.0.permute_mut(state);
                place = 0;
            }
        }
    }

    fn squeeze(&self, mut state: [u64; WIDTH], len: usize, digest: &mut [u64]) {
        if !len.is_multiple_of(2 * RATE) {
            self.0.permute_mut(&mut state);
        }
        digest.copy_from_slice(&state[..OUT]);
    }
}

/// `PaddingFreeSponge` over elements of the field.
#[derive(Clone, Copy, Debug)]
pub struct FieldSponge<P, const WIDTH: usize, const RATE: usize, const OUT: usize>(pub P);

impl<F, P, const WIDTH: usize, const RATE: usize, const OUT: usize> RowSponge<F>
    for FieldSponge<P, WIDTH, RATE, OUT>
where
    F: Field,
    P: CryptographicPermutation<[F; WIDTH]> + Send,
{
    type Word = F;
    type State = [F; WIDTH];
    const WORDS: usize = OUT;

    fn start(&self) -> [F; WIDTH] {
        [F::ZERO; WIDTH]
    }

    fn absorb(&self, state: &mut [F; WIDTH], before: usize, elements: &[F]) {
        let mut place = before % RATE;
        for &element in elements {
            state[place] = element;
            place += 1;
            if place == RATE {
                self.0.permute_mut(state);
                place = 0;
            }
        }
    }

    fn squeeze(&self, mut state: [F; WIDTH], len: usize, digest: &mut [F]) {
        if !len.is_multiple_of(RATE) {
            self.0.permute_mut(&mut state);
        }
        digest.copy_from_slice(&state[..OUT]);
    }
}

#[cfg(test)]
mod tests {
    use p3_field::PrimeCharacteristicRing;
    use p3_keccak::KeccakF;
    use p3_koala_bear::{KoalaBear, default_koalabear_poseidon2_24};
    use p3_symmetric::{CryptographicHasher, PaddingFreeSponge, SerializingHasher};

    use super::*;

    /// Digests of rows of all lengths up to 100, absorbed in pieces of `step`.
    fn digests<S: RowSponge<KoalaBear>>(sponge: &S, step: usize) -> Vec<Vec<S::Word>> {
        let row: Vec<KoalaBear> = (0..100).map(|n| KoalaBear::from_usize(n * n + 7)).collect();
        let digest = |len: usize| {
            let mut state = sponge.start();
            for (at, piece) in row[..len].chunks(step).enumerate() {
                sponge.absorb(&mut state, at * step, piece);
            }
            let mut digest = vec![S::Word::default(); S::WORDS];
            sponge.squeeze(state, len, &mut digest);
            digest
        };
        (0..=row.len()).map(digest).collect()
    }

    /// As above, with a published hash.
    fn expected<W: Copy, const N: usize>(
        hasher: &impl CryptographicHasher<KoalaBear, [W; N]>,
    ) -> Vec<Vec<W>> {
        let row: Vec<KoalaBear> = (0..100).map(|n| KoalaBear::from_usize(n * n + 7)).collect();
        let lens = 0..=row.len();
        lens.map(|len| hasher.hash_slice(&row[..len]).to_vec())
            .collect()
    }

    #[test]
    fn pieces_make_no_difference() {
        let words = WordSponge::<_, 25, 17, 4>(KeccakF {});
        let published = PaddingFreeSponge::<KeccakF, 25, 17, 4>::new(KeccakF {});
        let elements = FieldSponge::<_, 24, 16, 8>(default_koalabear_poseidon2_24());
        let poseidon = PaddingFreeSponge::<_, 24, 16, 8>::new(default_koalabear_poseidon2_24());
        for step in [1, 7, 16, 34, 63] {
            let expected_words = expected::<u64, 4>(&SerializingHasher::new(published));
            assert_eq!(digests(&words, step), expected_words, "in pieces of {step}");
            let expected_elements = expected::<KoalaBear, 8>(&poseidon);
            assert_eq!(
                digests(&elements, step),
                expected_elements,
                "in pieces of {step}"
            );
        }
    }
}
