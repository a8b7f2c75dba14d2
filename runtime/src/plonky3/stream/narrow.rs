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
pub(super) struct Kinds {
    pub(super) of_column: Vec<u8>,
    pub(super) columns: [Vec<usize>; KINDS],
}

impl Kinds {
    pub(super) fn new(of_column: Vec<u8>) -> Self {
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

#[cfg(test)]
mod tests {
    use p3_field::PrimeCharacteristicRing;
    use p3_koala_bear::KoalaBear;

    use super::*;
    use crate::plonky3::stream::decoder::{Decoder, Tile};

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
