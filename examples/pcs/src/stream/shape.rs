//! Where the rows of a matrix are in the file.

use std::ops::Range;

use p3_util::log2_ceil_usize;

use crate::stream::medium::Tiling;

/// Base-2 logarithm of the rows that lie side by side, a column of them behind the other: as many as the
/// widest pack of 32-bit elements has lanes.
const LOG_GROUP: usize = 4;
/// Rows of a group.
pub(crate) const GROUP: usize = 1 << LOG_GROUP;

/// A matrix of `2^log_height` rows in tiles: some rows of a band of columns, in groups of [`GROUP`] rows.
///
/// Columns of the last band that the matrix has not are zero, and rows of the only tile of a low matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) log_height: usize,
    pub(crate) width: usize,
    /// Base-2 logarithm of the columns of a band.
    log_band: usize,
    /// Base-2 logarithm of the rows of a tile.
    log_rows: usize,
}

impl Shape {
    /// Bands and tiles of at most the sizes of `tiling`.
    pub(crate) fn new(log_height: usize, width: usize, tiling: Tiling) -> Self {
        assert!(width > 0, "a matrix has columns");
        Self {
            log_height,
            width,
            log_band: tiling.log_columns.min(log2_ceil_usize(width)),
            log_rows: tiling.log_rows.min(log_height).max(LOG_GROUP),
        }
    }

    pub(crate) const fn height(&self) -> usize {
        1 << self.log_height
    }

    /// Columns of a band.
    pub(crate) const fn band(&self) -> usize {
        1 << self.log_band
    }

    pub(crate) const fn bands(&self) -> usize {
        self.width.div_ceil(self.band())
    }

    /// The columns of a band that the matrix has.
    pub(crate) fn columns(&self, band: usize) -> Range<usize> {
        let start = band << self.log_band;
        start..self.width.min(start + self.band())
    }

    /// Rows of a tile.
    pub(crate) const fn rows(&self) -> usize {
        1 << self.log_rows
    }

    /// Elements of a tile.
    pub(crate) const fn tile_len(&self) -> usize {
        1 << (self.log_band + self.log_rows)
    }

    /// Elements of a window: all bands of the rows of a tile.
    pub(crate) const fn window_len(&self) -> usize {
        self.tile_len() * self.bands()
    }

    pub(crate) const fn windows(&self) -> usize {
        1 << self.log_height.saturating_sub(self.log_rows)
    }

    /// The window of a row, and the row in it.
    pub(crate) const fn place(&self, row: usize) -> (usize, usize) {
        (row >> self.log_rows, row & (self.rows() - 1))
    }

    /// Elements of a group, in one band.
    pub(crate) const fn group_len(&self) -> usize {
        GROUP << self.log_band
    }

    /// Where the group of a row begins in each tile, and which of its rows it is.
    pub(crate) const fn group(&self, row: usize) -> (usize, usize) {
        ((row >> LOG_GROUP) * self.group_len(), row % GROUP)
    }

    /// Where the first group of a column begins in a window.
    pub(crate) const fn column(&self, column: usize) -> usize {
        let (band, within) = (column >> self.log_band, column & (self.band() - 1));
        band * self.tile_len() + within * GROUP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TILING: Tiling = Tiling {
        log_columns: 6,
        log_rows: 7,
        narrow: true,
    };

    #[test]
    fn bands_are_no_wider_than_need_be() {
        for (width, bands, band) in [
            (2633, 42, 64),
            (64, 1, 64),
            (65, 2, 64),
            (3, 1, 4),
            (1, 1, 1),
        ] {
            let shape = Shape::new(10, width, TILING);
            assert_eq!(
                (shape.bands(), shape.band()),
                (bands, band),
                "{width} columns"
            );
            assert_eq!(shape.columns(bands - 1).end, width);
        }
    }

    #[test]
    fn every_element_has_a_place_of_its_own() {
        let shape = Shape::new(9, 150, TILING);
        let mut taken = vec![false; shape.window_len() * shape.windows()];
        for row in 0..shape.height() {
            let (window, row) = shape.place(row);
            let (group, lane) = shape.group(row);
            for column in 0..shape.width {
                let at = window * shape.window_len() + group + shape.column(column) + lane;
                assert!(!std::mem::replace(&mut taken[at], true));
            }
        }
    }

    #[test]
    fn low_matrices_have_low_tiles() {
        let shape = Shape::new(3, 16, TILING);
        assert_eq!(
            (shape.rows(), shape.windows(), shape.window_len()),
            (16, 1, 16 * 16)
        );
    }
}
