//! Where the rows of a matrix are in the file.

use std::ops::Range;

/// Columns of a band, where there are several, are a multiple of this.
const GRAIN: usize = 8;

/// A matrix of `2^log_height` rows on each of `2^log_cosets` cosets, in tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) log_height: usize,
    pub(crate) log_cosets: usize,
    pub(crate) width: usize,
    /// Columns of a band; the last may have columns that the matrix has not, which are zero.
    pub(crate) band: usize,
    /// Base-2 logarithm of the rows of a tile.
    pub(crate) log_rows: usize,
}

impl Shape {
    /// Bands of about `most_columns`, all of one width; tiles of at most `2^most_log_rows` rows.
    ///
    /// Several bands are so wide that tiles of many rows are whole pages, with no gaps between them.
    pub(crate) fn new(
        (log_height, log_cosets): (usize, usize),
        width: usize,
        (most_columns, most_log_rows): (usize, usize),
    ) -> Self {
        assert!(width > 0, "a matrix has columns");
        let bands = width.div_ceil(most_columns);
        let band = width.div_ceil(bands);
        Self {
            log_height,
            log_cosets,
            width,
            band: if bands == 1 {
                band
            } else {
                band.next_multiple_of(GRAIN)
            },
            log_rows: most_log_rows.min(log_height),
        }
    }

    /// Rows of a coset.
    pub(crate) const fn height(&self) -> usize {
        1 << self.log_height
    }

    pub(crate) const fn cosets(&self) -> usize {
        1 << self.log_cosets
    }

    pub(crate) const fn bands(&self) -> usize {
        self.width.div_ceil(self.band)
    }

    /// The columns of a band that the matrix has.
    pub(crate) fn columns(&self, band: usize) -> Range<usize> {
        let start = band * self.band;
        start..self.width.min(start + self.band)
    }

    /// Rows of a tile.
    pub(crate) const fn rows(&self) -> usize {
        1 << self.log_rows
    }

    /// Elements of a tile.
    pub(crate) const fn tile_len(&self) -> usize {
        self.band << self.log_rows
    }

    /// Elements of a window: all bands of the rows of a tile.
    pub(crate) const fn window_len(&self) -> usize {
        self.tile_len() * self.bands()
    }

    /// Windows of a coset.
    pub(crate) const fn windows(&self) -> usize {
        1 << (self.log_height - self.log_rows)
    }

    /// Elements of all windows of all cosets.
    pub(crate) const fn len(&self) -> usize {
        self.window_len() * self.windows() * self.cosets()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_about_as_wide_as_need_be() {
        for (width, bands, band) in [(2633, 42, 64), (64, 1, 64), (65, 2, 40), (1, 1, 1)] {
            let shape = Shape::new((10, 1), width, (64, 7));
            assert_eq!(
                (shape.bands(), shape.band),
                (bands, band),
                "{width} columns"
            );
            assert_eq!(shape.columns(bands - 1).end, width);
        }
    }

    #[test]
    fn low_matrices_have_low_tiles() {
        let shape = Shape::new((3, 2), 10, (64, 7));
        assert_eq!(
            (shape.rows(), shape.windows(), shape.len()),
            (8, 1, 8 * 4 * 10)
        );
    }
}
