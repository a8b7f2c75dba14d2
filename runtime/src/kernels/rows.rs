//! Hashes of rows whose columns lie in several places.
#![forbid(unsafe_code)]

use crate::plain::Plain;
use crate::store::{StoreError, Stored};
use std::fmt;
use std::ops::Range;

/// Bytes of rows that are read at a time, about.
const BLOCK: usize = 1 << 20;

/// A hash of rows that come in pieces, of some rows at a time. What it makes of all pieces is what the
/// published hash makes of the row.
pub trait RowSponge<F>: Clone + Send + Sync {
    /// What digests are made of.
    type Word: Copy + Default + PartialEq + Send + Sync + fmt::Debug + 'static;
    /// What is kept of [`LANES`](Self::LANES) rows so far.
    type State: Copy + Send + Sync;
    /// Rows that are hashed together: 1, 2, 4, 8 or 16.
    const LANES: usize;
    /// Words of a digest.
    const WORDS: usize;

    /// The state of rows of which nothing is known.
    fn start(&self) -> Self::State;

    /// Take in columns, before which there were `before`: of each the elements of the rows.
    fn absorb<'a>(
        &self,
        state: &mut Self::State,
        before: usize,
        columns: impl Iterator<Item = &'a [F]>,
    ) where
        F: 'a;

    /// The digests of the rows, `len` elements of each of which were absorbed, in `WORDS` words each.
    fn squeeze(&self, state: &Self::State, len: usize, digests: &mut [Self::Word]);
}

/// Some columns of a matrix, row by row.
#[derive(Clone, Copy, Debug)]
pub struct Band<'a, F> {
    /// The elements.
    pub elements: &'a Stored<F>,
    /// How many columns there are.
    pub width: usize,
}

/// The digest of each row of a matrix that lies in `bands`, from left to right: band after band is read once,
/// a mebibyte at a time. The digests are one behind the other.
///
/// A state of the sponge for each row is in memory meanwhile.
///
/// ```
/// use zkarena::kernels::{Band, RowSponge, hash_rows};
///
/// /// Adds up what is in a row. Not a hash that anybody should use.
/// #[derive(Clone)]
/// struct Sum;
///
/// impl RowSponge<u64> for Sum {
///     type Word = u64;
///     type State = u64;
///     const LANES: usize = 1;
///     const WORDS: usize = 1;
///
///     fn start(&self) -> u64 {
///         0
///     }
///
///     fn absorb<'a>(&self, state: &mut u64, _: usize, columns: impl Iterator<Item = &'a [u64]>) {
///         *state += columns.map(|rows| rows[0]).sum::<u64>();
///     }
///
///     fn squeeze(&self, state: &u64, _: usize, digests: &mut [u64]) {
///         digests[0] = *state;
///     }
/// }
///
/// # let store = zkarena::StorePlan::new().open()?;
/// let stored = |elements: &[u64]| {
///     let mut writing = store.write(elements.len())?;
///     writing.append(elements)?;
///     writing.freeze()
/// };
/// let (left, right) = (stored(&[1, 2, 3, 4])?, stored(&[10, 20])?);
/// let bands = [
///     Band { elements: &left, width: 2 },
///     Band { elements: &right, width: 1 },
/// ];
/// assert_eq!(hash_rows(&Sum, &bands)?, [1 + 2 + 10, 3 + 4 + 20]);
/// # Ok::<(), zkarena::StoreError>(())
/// ```
///
/// # Errors
/// If the store fails.
///
/// # Panics
/// If bands have no columns, or not as many rows as each other.
pub fn hash_rows<F: Plain + Default, S: RowSponge<F>>(
    sponge: &S,
    bands: &[Band<'_, F>],
) -> Result<Vec<S::Word>, StoreError> {
    let Some(first) = bands.first() else {
        return Ok(Vec::new());
    };
    let height = first.height();
    let mut states = vec![sponge.start(); height.div_ceil(S::LANES)];
    let mut before = 0;
    for band in bands {
        assert_eq!(band.height(), height, "as many rows as the other bands");
        band.absorb(sponge, before, &mut states)?;
        before += band.width;
    }
    let mut digests = vec![S::Word::default(); states.len() * S::LANES * S::WORDS];
    let of_states = digests.chunks_exact_mut(S::LANES * S::WORDS);
    for (state, digests) in states.iter().zip(of_states) {
        sponge.squeeze(state, before, digests);
    }
    digests.truncate(height * S::WORDS);
    Ok(digests)
}

impl<F: Plain + Default> Band<'_, F> {
    fn height(&self) -> usize {
        assert!(self.width > 0, "a band has columns");
        let len = self.elements.len();
        assert_eq!(len % self.width, 0, "whole rows");
        len / self.width
    }

    fn absorb<S: RowSponge<F>>(
        &self,
        sponge: &S,
        before: usize,
        states: &mut [S::State],
    ) -> Result<(), StoreError> {
        let group = S::LANES * self.width;
        let groups = (BLOCK / (group * size_of::<F>())).max(1);
        let (mut read, mut columns) = (Vec::new(), Vec::new());
        for (block, states) in states.chunks_mut(groups).enumerate() {
            let start = block * groups * group;
            let end = self.elements.len().min(start + states.len() * group);
            self.read(start..end, &mut read)?;
            for (state, rows) in states.iter_mut().zip(read.chunks(group)) {
                transpose::<F, S>(rows, self.width, &mut columns);
                sponge.absorb(state, before, columns.chunks_exact(S::LANES));
            }
        }
        Ok(())
    }

    fn read(&self, elements: Range<usize>, into: &mut Vec<F>) -> Result<(), StoreError> {
        into.resize(elements.len(), F::default());
        self.elements.read_into(elements, into)
    }
}

/// Of each column, the elements of all lanes; lanes without a row have zeros.
fn transpose<F: Plain + Default, S: RowSponge<F>>(rows: &[F], width: usize, columns: &mut Vec<F>) {
    columns.clear();
    columns.resize(S::LANES * width, F::default());
    for (lane, row) in rows.chunks_exact(width).enumerate() {
        for (place, &element) in columns[lane..].iter_mut().step_by(S::LANES).zip(row) {
            *place = element;
        }
    }
}
