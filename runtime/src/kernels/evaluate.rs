//! Evaluations of stored polynomials.
#![forbid(unsafe_code)]

use super::dot::{Weight, inner_product};
use super::stream::{piece_len, pieces};
use crate::plain::Plain;
use crate::store::{Store, StoreError, Stored};
use std::iter::{self, successors};

/// The value of each of `polynomials` at `point`, which may be of an extension of their field.
///
/// Each has its coefficients in natural order, the constant one first, and is read once, in tiles; the
/// next one's are read ahead while one ends.
///
/// ```
/// use zkarena::kernels::evaluate;
///
/// # let store = zkarena::StorePlan::new().open()?;
/// let stored = |coefficients: &[u64]| {
///     let mut writing = store.write(coefficients.len())?;
///     writing.append(coefficients)?;
///     writing.freeze()
/// };
/// let (line, square) = (stored(&[1, 2])?, stored(&[0, 0, 1])?);
/// assert_eq!(evaluate(&store, &[&line, &square], 10u64)?, [21, 100]);
/// # Ok::<(), zkarena::StoreError>(())
/// ```
///
/// The powers of the point, as many as elements of a tile of 64 KiB, are in memory.
///
/// # Errors
/// If the store fails; [`StoreError::TileApart`] if a polynomial was written in tiles that are not whole
/// pages.
///
/// # Panics
/// If a polynomial is another store's.
pub fn evaluate<F: Plain, E: Weight<F>>(
    store: &Store,
    polynomials: &[&Stored<F>],
    point: E,
) -> Result<Vec<E>, StoreError> {
    let longest = polynomials.iter().map(|each| each.len()).max();
    let table_len = longest.unwrap_or(0).min(piece_len::<F>());
    let (table, next) = powers(point, table_len);
    let read = polynomials
        .iter()
        .flat_map(|&each| pieces::<F>(0..each.len()).map(move |piece| (each, piece)));
    let mut tiles = store.tiles(read);
    let value = |polynomial: &&Stored<F>| {
        let (mut value, mut scale): (E, E) = (iter::empty().sum(), iter::empty().product());
        for _ in pieces::<F>(0..polynomial.len()) {
            let tile = tiles.next()?.expect("as many tiles as were announced");
            value = value + inner_product(&tile, &table) * scale;
            scale = scale * next;
        }
        Ok(value)
    };
    polynomials.iter().map(value).collect()
}

/// The first `count` powers of `point`, and the one after them.
fn powers<F, E: Weight<F>>(point: E, count: usize) -> (Vec<E>, E) {
    let one = iter::empty().product();
    let mut powers = successors(Some(one), |&last: &E| Some(last * point));
    let table = powers.by_ref().take(count).collect();
    (table, powers.next().unwrap_or(one))
}
