//! Columns of bits, bytes and 16-bit numbers, kept as such.
//!
//! ```text
//!  a band of a tile:  | widths | bits of each row | bytes of each row | 16-bit numbers of each row |
//!  and, elsewhere:    | the other columns of each row |
//! ```
#![forbid(unsafe_code)]

use p3_field::PrimeField64;
use std::ops::Range;

/// Bits, bytes, numbers of 16 bits, or anything.
const KINDS: usize = 4;

/// Tiles of one band, one behind the other.
#[derive(Clone, Debug)]
pub(crate) struct Encoded<F> {
    pub(crate) narrow: Vec<u8>,
    pub(crate) wide: Vec<F>,
}

impl<F> Default for Encoded<F> {
    fn default() -> Self {
        Self {
            narrow: Vec::new(),
            wide: Vec::new(),
        }
    }
}

/// Which columns of a tile are of which kind.
struct Kinds {
    of_column: Vec<u8>,
    columns: [Vec<usize>; KINDS],
}

impl Kinds {
    fn new(of_column: Vec<u8>) -> Self {
        let mut columns: [Vec<usize>; KINDS] = Default::default();
        for (column, &kind) in of_column.iter().enumerate() {
            columns[usize::from(kind).min(KINDS - 1)].push(column);
        }
        Self { of_column, columns }
    }

    /// The narrowest that hold what is there; without `narrow` anything may be everywhere.
    fn of<F: PrimeField64>(rows: &Rows<'_, F>, narrow: bool) -> Self {
        let mut all = vec![if narrow { 0 } else { u64::MAX }; rows.columns.len()];
        if narrow {
            for row in rows.iter() {
                for (all, element) in all.iter_mut().zip(row) {
                    *all |= element.as_canonical_u64();
                }
            }
        }
        let kind = |all: &u64| match all {
            0..2 => 0,
            2..0x100 => 1,
            0x100..0x1_0000 => 2,
            _ => 3,
        };
        Self::new(all.iter().map(kind).collect())
    }
}

/// Some columns of rows that are one behind the other.
pub(crate) struct Rows<'a, F> {
    pub(crate) values: &'a [F],
    pub(crate) width: usize,
    pub(crate) columns: Range<usize>,
}

impl<'a, F> Rows<'a, F> {
    fn iter(&self) -> impl Iterator<Item = &'a [F]> {
        let rows = self.values.chunks_exact(self.width);
        rows.map(|row| &row[self.columns.clone()])
    }
}

impl<F: PrimeField64> Encoded<F> {
    /// Bytes of both parts.
    pub(crate) const fn bytes(&self) -> usize {
        self.narrow.len() + size_of::<F>() * self.wide.len()
    }

    /// Forgets all tiles.
    pub(crate) fn clear(&mut self) {
        self.narrow.clear();
        self.wide.clear();
    }

    /// Adds a tile; without `narrow` its elements are kept as they are.
    pub(crate) fn push(&mut self, rows: &Rows<'_, F>, narrow: bool) {
        let kinds = Kinds::of(rows, narrow);
        let [bits, bytes, numbers, wide] = &kinds.columns;
        self.narrow.extend_from_slice(&kinds.of_column);
        for row in rows.iter() {
            let eight = bits.chunks(8).map(|columns| {
                let bits = columns.iter().rev();
                bits.fold(0, |byte, &column| {
                    byte << 1 | u8::from(!row[column].is_zero())
                })
            });
            self.narrow.extend(eight);
        }
        for row in rows.iter() {
            let of = |column: &usize| row[*column].as_canonical_u64().to_le_bytes();
            self.narrow.extend(bytes.iter().map(|column| of(column)[0]));
            for column in numbers {
                self.narrow.extend_from_slice(&of(column)[..2]);
            }
        }
        for row in rows.iter() {
            self.wide.extend(wide.iter().map(|&column| row[column]));
        }
    }
}

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

#[cfg(test)]
mod tests {
    use p3_field::PrimeCharacteristicRing;
    use p3_koala_bear::KoalaBear;

    use super::*;

    /// A row of columns of all widths, and some that lie between others.
    fn row(number: u32) -> Vec<KoalaBear> {
        let bit = |at: u32| number >> (at % 7) & 1;
        let bits = (0..19).map(bit);
        let others = [
            number % 256,
            bit(2),
            number * 53 % 65_536,
            1 << 30,
            bit(3),
            70_000 * number,
        ];
        let all = bits.chain(others).chain((0..9).map(bit));
        all.map(KoalaBear::from_u32).collect()
    }

    #[test]
    fn what_was_kept_comes_back() {
        let width = row(0).len();
        let (tile, other) = (256, 100);
        let values: Vec<KoalaBear> = (0..tile + other).flat_map(row).collect();
        let (first, second) = values.split_at(tile as usize * width);
        for narrow in [true, false] {
            for columns in [0..width, 3..width, 0..16, 20..25] {
                let mut encoded = Encoded::default();
                for values in [first, second] {
                    let columns = columns.clone();
                    encoded.push(
                        &Rows {
                            values,
                            width,
                            columns,
                        },
                        narrow,
                    );
                }
                let (mut narrow, mut wide) = (&encoded.narrow[..], &encoded.wide[..]);
                for values in [first, second] {
                    let rows = Rows {
                        values,
                        width,
                        columns: columns.clone(),
                    };
                    let expected: Vec<KoalaBear> = rows.iter().flatten().copied().collect();
                    let mut decoded = vec![KoalaBear::ZERO; expected.len()];
                    let encoded = (&mut narrow, &mut wide);
                    let tile = Tile::split(encoded, columns.len(), values.len() / width);
                    Decoder::new().decode(&tile, &mut decoded);
                    assert_eq!(decoded, expected);
                }
                assert!(narrow.is_empty() && wide.is_empty());
            }
        }
    }

    #[test]
    fn bits_take_an_eighth_of_a_byte() {
        let values = KoalaBear::ONE.powers().take(64 * 100).collect();
        let values: Vec<KoalaBear> = values;
        let mut encoded = Encoded::default();
        let rows = Rows {
            values: &values,
            width: 64,
            columns: 0..64,
        };
        encoded.push(&rows, true);
        assert_eq!(encoded.bytes(), 64 + 100 * 8);
    }
}
