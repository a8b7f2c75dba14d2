//! How a transform is cut into bands that fit in memory: numbers only.
#![forbid(unsafe_code)]

use super::error::KernelError;
use crate::layout::PAGE;
use crate::size::Bytes;
use std::ops::Range;

/// A transform as one of a matrix, all lengths powers of two.
///
/// ```text
///            columns                          input element  row * columns + column
///        +----+----+----+
///        |    |    |    |                     first pass:  bands of `band_columns` columns
///   rows |    |    |    |                     second pass: bands of `band_rows` rows
///        +----+----+----+
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) band_columns: usize,
    pub(super) band_rows: usize,
}

impl Split {
    pub(super) fn size(&self) -> usize {
        self.rows * self.columns
    }

    /// The input in the order of the first pass: band by band, row by row. Of `len` elements, that is:
    /// what the input does not have is left out of the ranges.
    pub(super) fn row_parts(self, len: usize) -> impl Iterator<Item = Range<usize>> + Send {
        let starts = (0..self.columns).step_by(self.band_columns);
        let starts =
            starts.flat_map(move |band| (0..self.rows).map(move |row| row * self.columns + band));
        starts.map(move |start| start.min(len)..len.min(start + self.band_columns))
    }

    /// What is between the passes in the order of the second: a block for each band of columns, for each
    /// band of rows. In the order of the first they follow each other.
    pub(super) fn blocks(self) -> impl Iterator<Item = Range<usize>> + Send {
        let block = self.band_columns * self.band_rows;
        let starts = (0..self.rows / self.band_rows).flat_map(move |of_rows| {
            (0..self.columns / self.band_columns)
                .map(move |of_columns| of_columns * self.band_columns * self.rows + of_rows * block)
        });
        starts.map(move |start| start..start + block)
    }
}

/// How a transform is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In memory, with tables that the library makes: as large as the data, both together.
    Whole,
    /// In two passes.
    Passes(Split),
}

/// As many elements are whole pages, the fewest that are: a power of two.
fn page_elements(element: usize) -> usize {
    PAGE >> element.trailing_zeros().min(PAGE.trailing_zeros())
}

/// Bytes of `count` elements; more than any memory if that is no number.
fn bytes(count: usize, element: usize) -> u64 {
    (count as u64).saturating_mul(element as u64)
}

/// The least memory for two to the `log_size` elements of `element` bytes.
pub(super) fn least(log_size: usize, element: usize) -> Bytes {
    let page = page_elements(element);
    let (rows, columns) = (1 << log_size.div_ceil(2), 1 << (log_size / 2));
    if columns < page {
        Bytes(bytes(2 << log_size, element))
    } else {
        Bytes(bytes(rows, element).saturating_mul(page as u64))
    }
}

/// How to transform two to the `log_size` elements of `element` bytes in `memory`.
pub(super) fn choose(log_size: usize, element: usize, memory: Bytes) -> Result<Way, KernelError> {
    if bytes(2 << log_size, element) <= memory.0 {
        return Ok(Way::Whole);
    }
    let least = least(log_size, element);
    if memory < least {
        return Err(KernelError::Memory {
            given: memory,
            least,
        });
    }
    let (rows, columns) = (1usize << log_size.div_ceil(2), 1 << (log_size / 2));
    // At least a page's elements, as there is the least memory; so this is not zero.
    let band = |of: usize| {
        let fit = usize::try_from(memory.0 / bytes(of, element)).unwrap_or(usize::MAX);
        1 << fit.ilog2()
    };
    Ok(Way::Passes(Split {
        rows,
        columns,
        band_columns: columns.min(band(rows)),
        band_rows: rows.min(band(columns)),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bands_fit_and_are_whole_pages(log_size in 0usize..40, element in 1usize..100, memory: u64) {
            let memory = Bytes(memory >> (memory % 50));
            let Ok(Way::Passes(split)) = choose(log_size, element, memory) else {
                return Ok(());
            };
            prop_assert_eq!(split.rows * split.columns, 1 << log_size);
            for (band, of, other) in [
                (split.band_columns, split.rows, split.columns),
                (split.band_rows, split.columns, split.rows),
            ] {
                prop_assert!(bytes(band, element) * of as u64 <= memory.0);
                prop_assert!((band * element).is_multiple_of(PAGE));
                prop_assert!(band.is_power_of_two() && band <= other);
            }
        }

        #[test]
        fn the_least_memory_does_and_less_does_not(log_size in 0usize..40, element in 1usize..100) {
            let least = least(log_size, element);
            prop_assert!(choose(log_size, element, least).is_ok());
            let given = Bytes(least.0 - 1);
            let refused = KernelError::Memory { given, least };
            prop_assert_eq!(choose(log_size, element, given), Err(refused));
        }
    }

    #[test]
    fn what_fits_twice_is_done_in_memory() {
        assert_eq!(choose(20, 4, Bytes(8 << 20)), Ok(Way::Whole));
        let split = Split {
            rows: 1 << 12,
            columns: 1 << 12,
            band_columns: 1 << 11,
            band_rows: 1 << 11,
        };
        assert_eq!(choose(24, 4, Bytes(33 << 20)), Ok(Way::Passes(split)));
        assert_eq!(least(24, 4), Bytes(16 << 20));
        assert_eq!(least(24, 32), Bytes(16 << 20));
    }
}
