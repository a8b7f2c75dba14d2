//! Rows of a trace that come some at a time.
#![forbid(unsafe_code)]

use p3_matrix::dense::RowMajorMatrix;

/// Rows of a trace, from top to bottom: generated some at a time, all of them are never in memory.
///
/// ```
/// use zkarena::plonky3::RowSource;
///
/// /// The numbers from 0 to 1023, one in each row.
/// struct Counted;
///
/// impl RowSource<u32> for Counted {
///     fn width(&self) -> usize {
///         1
///     }
///
///     fn log_height(&self) -> usize {
///         10
///     }
///
///     fn piece_rows(&self) -> usize {
///         1
///     }
///
///     fn rows(self, take: &mut dyn FnMut(&[u32])) {
///         (0..1024).for_each(|row| take(&[row]));
///     }
/// }
///
/// let mut sum = 0;
/// Counted.rows(&mut |row| sum += row[0]);
/// assert_eq!(sum, 512 * 1023);
/// ```
pub trait RowSource<F> {
    /// Elements of a row.
    fn width(&self) -> usize;
    /// Base-2 logarithm of how many rows there are.
    fn log_height(&self) -> usize;
    /// How many rows it has in memory at a time: what they take is counted.
    fn piece_rows(&self) -> usize;
    /// Hand all elements to `take`, row by row, as many at a time as is convenient.
    fn rows(self, take: &mut dyn FnMut(&[F]));
}

/// All rows in memory, with room for what they are extended to.
pub(crate) fn to_matrix<F: Copy + Send + Sync>(
    rows: impl RowSource<F>,
    log_blowup: usize,
) -> RowMajorMatrix<F> {
    let width = rows.width();
    let len = width << rows.log_height();
    let mut values = Vec::with_capacity(len << log_blowup);
    rows.rows(&mut |elements| values.extend_from_slice(elements));
    assert_eq!(values.len(), len, "as many rows as were announced");
    RowMajorMatrix::new(values, width)
}
