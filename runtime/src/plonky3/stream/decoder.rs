//! Columns that were [narrow](super::narrow), made as wide as elements of the field again.
#![forbid(unsafe_code)]

use super::narrow::Kinds;
use p3_field::PrimeField64;

/// A tile as it is kept.
pub(crate) struct Tile<'a, F> {
    kinds: Kinds,
    bits: &'a [u8],
    /// Bytes, and numbers of 16 bits.
    small: &'a [u8],
    wide: &'a [F],
}

impl<'a, F> Tile<'a, F> {
    /// Takes a tile of `rows` rows from the front of both parts. What is missing there is zero, then, or what
    /// was there before: a file that was changed from outside makes a wrong proof, but no panic.
    pub(crate) fn split(
        (narrow, wide): (&mut &'a [u8], &mut &'a [F]),
        columns: usize,
        rows: usize,
    ) -> Self {
        let kinds = Kinds::new(split(narrow, columns).to_vec());
        let [bits, bytes, numbers, others] = &kinds.columns;
        let (bits, small) = (bits.len().div_ceil(8), bytes.len() + 2 * numbers.len());
        let others = others.len();
        Self {
            bits: split(narrow, rows * bits),
            small: split(narrow, rows * small),
            wide: split(wide, rows * others),
            kinds,
        }
    }
}

/// What eight bits are.
pub(crate) struct Decoder<F> {
    eight: Vec<[F; 8]>,
}

impl<F: PrimeField64> Decoder<F> {
    pub(crate) fn new() -> Self {
        let bit = |byte: u8, bit: usize| F::from_bool(byte >> bit & 1 == 1);
        let eight = |byte| std::array::from_fn(|at| bit(byte, at));
        Self {
            eight: (0..=u8::MAX).map(eight).collect(),
        }
    }

    /// Writes a tile to `into`, row by row.
    pub(crate) fn decode(&self, tile: &Tile<'_, F>, into: &mut [F]) {
        let columns = tile.kinds.of_column.len();
        let [bits, bytes, numbers, others] = &tile.kinds.columns;
        if others.len() == columns && tile.wide.len() == into.len() {
            return into.copy_from_slice(tile.wide);
        }
        for (row, eight) in into
            .chunks_mut(columns)
            .zip(rows(tile.bits, bits.len().div_ceil(8)))
        {
            self.decode_bits(eight, bits, row);
        }
        let small = rows(tile.small, bytes.len() + 2 * numbers.len());
        for (row, small) in into.chunks_mut(columns).zip(small) {
            decode_numbers(small, (bytes, numbers), row);
        }
        for (row, elements) in into.chunks_mut(columns).zip(rows(tile.wide, others.len())) {
            for (&column, &element) in others.iter().zip(elements) {
                row[column] = element;
            }
        }
    }

    fn decode_bits(&self, bytes: &[u8], bits: &[usize], row: &mut [F]) {
        for (&byte, columns) in bytes.iter().zip(bits.chunks(8)) {
            let eight = &self.eight[usize::from(byte)];
            match *columns {
                [first, .., last] if last - first == 7 => {
                    row[first..=last].copy_from_slice(eight);
                }
                _ => {
                    for (&column, &element) in columns.iter().zip(eight) {
                        row[column] = element;
                    }
                }
            }
        }
    }
}

/// Bytes and 16-bit numbers.
fn decode_numbers<F: PrimeField64>(
    encoded: &[u8],
    (bytes, numbers): (&[usize], &[usize]),
    row: &mut [F],
) {
    let (small, pairs) = encoded.split_at(bytes.len());
    for (&column, &byte) in bytes.iter().zip(small) {
        row[column] = F::from_u8(byte);
    }
    for (&column, pair) in numbers.iter().zip(pairs.chunks_exact(2)) {
        row[column] = F::from_u16(u16::from_le_bytes([pair[0], pair[1]]));
    }
}

/// Rows of `len`; none, if that is nothing.
fn rows<T>(all: &[T], len: usize) -> impl Iterator<Item = &[T]> {
    all.chunks_exact(len.max(1))
}

/// Takes `count` from the front of `all`, or what there is.
fn split<'a, T>(all: &mut &'a [T], count: usize) -> &'a [T] {
    let (taken, rest) = all.split_at(count.min(all.len()));
    *all = rest;
    taken
}
