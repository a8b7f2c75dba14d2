//! Rows of a trace that come some at a time.
#![forbid(unsafe_code)]

use p3_matrix::dense::RowMajorMatrix;

/// Makes all elements of a trace, row by row, and hands them on, as many at a time as is convenient.
pub type Again<F> = Box<dyn Fn(&mut dyn FnMut(&[F])) + Send + Sync>;

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
    /// How many rows it has in memory at a time: what they take is counted. What they are made from is not: a source
    /// that keeps all its inputs takes those beside the memory that a proof is given.
    fn piece_rows(&self) -> usize;
    /// Hand all elements to `take`, row by row, as many at a time as is convenient.
    fn rows(self, take: &mut dyn FnMut(&[F]));

    /// What makes the same elements again, where that is quicker than to read them from a disk: openings take all
    /// rows twice more. They are read if this is `None`, as it is by default, and where the file holds little of them:
    /// columns that are narrow, and what is in memory.
    ///
    /// Elements that are others than those before make a proof that no verifier takes.
    fn again(&self) -> Option<Again<F>> {
        None
    }

    /// All rows in memory, with room for `2^room_bits` times as many: for a proof that fits. Override it where a
    /// matrix is quicker made at once.
    ///
    /// # Panics
    /// If there are not as many rows as they say.
    fn to_matrix(self, room_bits: usize) -> RowMajorMatrix<F>
    where
        Self: Sized,
        F: Copy + Send + Sync,
    {
        let width = self.width();
        let len = width << self.log_height();
        let mut values = Vec::with_capacity(len << room_bits);
        self.rows(&mut |elements| values.extend_from_slice(elements));
        assert_eq!(values.len(), len, "as many rows as were announced");
        RowMajorMatrix::new(values, width)
    }
}
