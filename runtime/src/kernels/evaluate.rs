//! Evaluations of stored polynomials.
#![forbid(unsafe_code)]

use super::dot::{Weight, inner_product};
use super::stream::{piece_len, pieces};
use crate::plain::Plain;
use crate::store::{Store, StoreError, Stored};
use std::iter::{self, successors};

/// The values of each of `polynomials` at each of `points`, which may be of an extension of their field.
///
/// A polynomial's coefficients are in natural order, the constant one first. They are read once, in tiles,
/// however many points there are; the next polynomial's are read ahead while one ends.
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
/// let values = evaluate(&store, &[&line, &square], [10u64, 3])?;
/// assert_eq!(values, [[21, 7], [100, 9]]);
/// # Ok::<(), zkarena::StoreError>(())
/// ```
///
/// In memory are the powers of each point, as many as a tile of 64 KiB has elements, and tiles in the
/// store's buffers.
///
/// # Errors
/// If the store fails; [`StoreError::TileApart`] if a polynomial was written in tiles that are not whole
/// pages.
///
/// # Panics
/// If a polynomial is another store's.
pub fn evaluate<F: Plain, E: Weight<F>, const POINTS: usize>(
    store: &Store,
    polynomials: &[&Stored<F>],
    points: [E; POINTS],
) -> Result<Vec<[E; POINTS]>, StoreError> {
    let longest = polynomials.iter().map(|each| each.len()).max();
    let table_len = longest.unwrap_or(0).min(piece_len::<F>());
    let tables = points.map(|point| Powers::new::<F>(point, table_len));
    let read = polynomials
        .iter()
        .flat_map(|&each| pieces::<F>(0..each.len()).map(move |piece| (each, piece)));
    let mut tiles = store.tiles(read);
    let of_polynomial = |polynomial: &&Stored<F>| {
        let mut values = tables.each_ref().map(|_| Value::new::<F>());
        for _ in pieces::<F>(0..polynomial.len()) {
            let tile = tiles.next()?.expect("as many tiles as were announced");
            for (value, table) in values.iter_mut().zip(&tables) {
                value.add(&tile, table);
            }
        }
        Ok(values.map(|value| value.sum))
    };
    polynomials.iter().map(of_polynomial).collect()
}

/// The first powers of a point, and the one after them.
struct Powers<E> {
    table: Vec<E>,
    next: E,
}

impl<E> Powers<E> {
    fn new<F>(point: E, count: usize) -> Self
    where
        E: Weight<F>,
    {
        let one = iter::empty().product();
        let mut powers = successors(Some(one), |&last: &E| Some(last * point));
        let table = powers.by_ref().take(count).collect();
        let next = powers.next().unwrap_or(one);
        Self { table, next }
    }
}

/// A value as far as its terms are known, and the power that the next one has.
struct Value<E> {
    sum: E,
    scale: E,
}

impl<E> Value<E> {
    fn new<F>() -> Self
    where
        E: Weight<F>,
    {
        Self {
            sum: iter::empty().sum(),
            scale: iter::empty().product(),
        }
    }

    fn add<F: Copy>(&mut self, coefficients: &[F], powers: &Powers<E>)
    where
        E: Weight<F>,
    {
        self.sum = self.sum + inner_product(coefficients, &powers.table) * self.scale;
        self.scale = self.scale * powers.next;
    }
}
