//! Hashes of rows that come in pieces: the published sponges, which overwrite and do not pad.
#![forbid(unsafe_code)]

use crate::kernels::RowSponge;
use p3_field::{Field, PackedValue, PrimeField32};
use p3_symmetric::CryptographicPermutation;
use std::marker::PhantomData;

/// Bytes that are kept of a row.
pub(crate) const fn row_state_bytes<F, S: RowSponge<F>>() -> usize {
    size_of::<S::State>() / S::LANES
}

/// Bytes of a digest.
pub(crate) const fn digest_bytes<F, S: RowSponge<F>>() -> usize {
    S::WORDS * size_of::<S::Word>()
}

/// `PaddingFreeSponge` over words of 64 bits, each of which has two elements of a field of 32 bits: what
/// `SerializingHasher` makes of it, of `LANES` rows at a time.
#[derive(Clone, Copy, Debug)]
pub struct WordSponge<
    P,
    const LANES: usize,
    const WIDTH: usize,
    const RATE: usize,
    const OUT: usize,
>(pub P);

impl<F, P, const LANES: usize, const WIDTH: usize, const RATE: usize, const OUT: usize> RowSponge<F>
    for WordSponge<P, LANES, WIDTH, RATE, OUT>
where
    F: PrimeField32,
    P: CryptographicPermutation<[[u64; LANES]; WIDTH]> + Send,
{
    type Word = u64;
    type State = [[u64; LANES]; WIDTH];
    const LANES: usize = LANES;
    const WORDS: usize = OUT;

    fn start(&self) -> Self::State {
        [[0; LANES]; WIDTH]
    }

    fn absorb<'a>(
        &self,
        state: &mut Self::State,
        before: usize,
        columns: impl Iterator<Item = &'a [F]>,
    ) {
        let mut place = before % (2 * RATE);
        for column in columns {
            let words = &mut state[place / 2];
            let is_low = place.is_multiple_of(2);
            for (word, element) in words.iter_mut().zip(column) {
                let half = u64::from(element.to_unique_u32());
                *word = if is_low { half } else { *word | half << 32 };
            }
            place += 1;
            if place == 2 * RATE {
                self.0.permute_mut(state);
                place = 0;
            }
        }
    }

    fn squeeze(&self, state: &Self::State, len: usize, digests: &mut [u64]) {
        let mut state = *state;
        if !len.is_multiple_of(2 * RATE) {
            self.0.permute_mut(&mut state);
        }
        for (lane, digest) in digests.chunks_exact_mut(OUT).enumerate() {
            for (word, lanes) in digest.iter_mut().zip(&state) {
                *word = lanes[lane];
            }
        }
    }
}

/// `PaddingFreeSponge` over elements of the field that `P` packs.
#[derive(Debug)]
pub struct FieldSponge<H, P, const WIDTH: usize, const RATE: usize, const OUT: usize>(
    /// The permutation.
    pub H,
    /// The pack.
    pub PhantomData<P>,
);

impl<H: Clone, P, const WIDTH: usize, const RATE: usize, const OUT: usize> Clone
    for FieldSponge<H, P, WIDTH, RATE, OUT>
{
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<F, H, P, const WIDTH: usize, const RATE: usize, const OUT: usize> RowSponge<F>
    for FieldSponge<H, P, WIDTH, RATE, OUT>
where
    F: Field,
    P: PackedValue<Value = F> + Default,
    H: CryptographicPermutation<[P; WIDTH]> + Send,
{
    type Word = F;
    type State = [P; WIDTH];
    const LANES: usize = P::WIDTH;
    const WORDS: usize = OUT;

    fn start(&self) -> Self::State {
        [P::default(); WIDTH]
    }

    fn absorb<'a>(
        &self,
        state: &mut Self::State,
        before: usize,
        columns: impl Iterator<Item = &'a [F]>,
    ) {
        let mut place = before % RATE;
        for column in columns {
            state[place] = P::from_fn(|lane| column[lane]);
            place += 1;
            if place == RATE {
                self.0.permute_mut(state);
                place = 0;
            }
        }
    }

    fn squeeze(&self, state: &Self::State, len: usize, digests: &mut [F]) {
        let mut state = *state;
        if !len.is_multiple_of(RATE) {
            self.0.permute_mut(&mut state);
        }
        for (lane, digest) in digests.chunks_exact_mut(OUT).enumerate() {
            for (word, lanes) in digest.iter_mut().zip(&state) {
                *word = lanes.as_slice()[lane];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use p3_field::PrimeCharacteristicRing;
    use p3_keccak::KeccakF;
    use p3_koala_bear::{KoalaBear, default_koalabear_poseidon2_24};
    use p3_symmetric::{CryptographicHasher, PaddingFreeSponge, SerializingHasher};

    use super::*;

    /// The element of a row in a column.
    fn element(row: usize, column: usize) -> KoalaBear {
        KoalaBear::from_usize(column * column + 7 * row)
    }

    /// Digests of rows of all lengths up to 100, absorbed in pieces of `step`.
    fn digests<S: RowSponge<KoalaBear>>(sponge: &S, step: usize) -> Vec<Vec<S::Word>> {
        let column = |column| (0..S::LANES).map(move |row| element(row, column)).collect();
        let columns: Vec<Vec<KoalaBear>> = (0..100).map(column).collect();
        let digests = |len: usize| {
            let mut state = sponge.start();
            for (at, piece) in columns[..len].chunks(step).enumerate() {
                sponge.absorb(&mut state, at * step, piece.iter().map(Vec::as_slice));
            }
            let mut digests = vec![S::Word::default(); S::WORDS * S::LANES];
            sponge.squeeze(&state, len, &mut digests);
            digests
        };
        (0..=columns.len()).map(digests).collect()
    }

    /// As above, with a published hash.
    fn expected<W: Copy, const N: usize>(
        hasher: &impl CryptographicHasher<KoalaBear, [W; N]>,
        lanes: usize,
    ) -> Vec<Vec<W>> {
        let digests = |len: usize| {
            let row = |row| hasher.hash_iter((0..len).map(move |column| element(row, column)));
            (0..lanes).flat_map(row).collect()
        };
        (0..=100).map(digests).collect()
    }

    #[test]
    fn pieces_make_no_difference() {
        type Packing = <KoalaBear as Field>::Packing;
        const LANES: usize = p3_keccak::VECTOR_LEN;
        let words = WordSponge::<_, LANES, 25, 17, 4>(KeccakF {});
        let published = PaddingFreeSponge::<KeccakF, 25, 17, 4>::new(KeccakF {});
        let poseidon = default_koalabear_poseidon2_24();
        let elements = FieldSponge::<_, Packing, 24, 16, 8>(poseidon.clone(), PhantomData);
        let poseidon = PaddingFreeSponge::<_, 24, 16, 8>::new(poseidon);
        for step in [1, 7, 16, 34, 63] {
            let expected_words = expected::<u64, 4>(&SerializingHasher::new(published), LANES);
            assert_eq!(digests(&words, step), expected_words, "in pieces of {step}");
            let expected_elements = expected::<KoalaBear, 8>(&poseidon, Packing::WIDTH);
            assert_eq!(
                digests(&elements, step),
                expected_elements,
                "in pieces of {step}"
            );
        }
    }
}
