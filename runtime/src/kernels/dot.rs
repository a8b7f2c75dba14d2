//! Inner products of stored vectors.
#![forbid(unsafe_code)]

use super::stream::{fill, piece_len, pieces};
use crate::plain::Plain;
use crate::store::{Store, StoreError, Stored};
use std::iter::{self, Product, Sum};
use std::ops::{Add, Mul, Range};

/// What elements `F` are weighed with: numbers of the same kind, elements of the same field, or of one that
/// extends it. All types that can do the arithmetic are such.
///
/// An empty sum is zero, and an empty product one.
pub trait Weight<F>:
    Copy + Add<Output = Self> + Mul<Output = Self> + Mul<F, Output = Self> + Sum + Product
{
}

impl<E, F> Weight<F> for E where
    E: Copy + Add<Output = E> + Mul<Output = E> + Mul<F, Output = E> + Sum + Product
{
}

/// The inner product of each of `vectors` with `weights`, in one pass: all is read once, in tiles.
///
/// ```
/// use zkarena::kernels::dot;
///
/// # let store = zkarena::StorePlan::new().open()?;
/// let stored = |elements: &[u64]| {
///     let mut writing = store.write(elements.len())?;
///     writing.append(elements)?;
///     writing.freeze()
/// };
/// let (a, b, weights) = (stored(&[1, 2, 3])?, stored(&[4, 5, 6])?, stored(&[1, 10, 100])?);
/// assert_eq!(dot(&store, &[&a, &b], &weights)?, [321, 654]);
/// # Ok::<(), zkarena::StoreError>(())
/// ```
///
/// Some tiles of 64 KiB are in memory at a time, in the store's buffers, and one of weights beside those.
///
/// # Errors
/// If the store fails; [`StoreError::TileApart`] if a vector was written in tiles that are not whole pages.
///
/// # Panics
/// If a vector has another length than the weights, or is another store's.
pub fn dot<F: Plain, E: Plain + Weight<F>>(
    store: &Store,
    vectors: &[&Stored<F>],
    weights: &Stored<E>,
) -> Result<Vec<E>, StoreError> {
    for vector in vectors {
        assert_eq!(vector.len(), weights.len(), "as many elements as weights");
    }
    let read = pieces::<F>(0..weights.len()).flat_map(pieces::<E>);
    let mut tiles = store.tiles(read.map(|elements| (weights, elements)));
    dot_tiles(store, vectors, |_, into| fill(&mut tiles, into))
}

/// As [`dot`], with weights that are computed: `weigh` is called with ascending ranges, and writes the
/// weights of those elements. Vectors that are shorter than the longest are as if zeros followed.
///
/// ```
/// use zkarena::kernels::dot_with;
///
/// # let store = zkarena::StorePlan::new().open()?;
/// let mut writing = store.write(1000)?;
/// writing.append(&[3u64; 1000])?;
/// let vector = writing.freeze()?;
/// let sums = dot_with(&store, &[&vector], |elements, weights: &mut [u64]| {
///     for (weight, element) in weights.iter_mut().zip(elements) {
///         *weight = element as u64;
///     }
/// })?;
/// assert_eq!(sums, [3 * 999 * 500]);
/// # Ok::<(), zkarena::StoreError>(())
/// ```
///
/// # Errors
/// As for [`dot`].
///
/// # Panics
/// If a vector is another store's.
pub fn dot_with<F: Plain, E: Weight<F>>(
    store: &Store,
    vectors: &[&Stored<F>],
    mut weigh: impl FnMut(Range<usize>, &mut [E]),
) -> Result<Vec<E>, StoreError> {
    dot_tiles(store, vectors, |elements, into| {
        weigh(elements, into);
        Ok(())
    })
}

/// Tile after tile: first its weights, then all vectors' elements.
fn dot_tiles<F: Plain, E: Weight<F>>(
    store: &Store,
    vectors: &[&Stored<F>],
    mut weigh: impl FnMut(Range<usize>, &mut [E]) -> Result<(), StoreError>,
) -> Result<Vec<E>, StoreError> {
    let len = vectors.iter().map(|vector| vector.len()).max().unwrap_or(0);
    let read = pieces::<F>(0..len).flat_map(|elements| {
        let parts = vectors
            .iter()
            .map(move |&vector| (vector, part(vector, &elements)));
        parts.filter(|(_, part)| !part.is_empty())
    });
    let mut tiles = store.tiles(read);
    let zero = iter::empty().sum();
    let mut weights = vec![zero; len.min(piece_len::<F>())];
    let mut sums = vec![zero; vectors.len()];
    for elements in pieces::<F>(0..len) {
        let weights = &mut weights[..elements.len()];
        weigh(elements.clone(), weights)?;
        for (sum, vector) in sums.iter_mut().zip(vectors) {
            if !part(vector, &elements).is_empty() {
                let tile = tiles.next()?.expect("as many tiles as were announced");
                *sum = *sum + inner_product(&tile, weights);
            }
        }
    }
    Ok(sums)
}

/// Those of `elements` that a vector has.
fn part<F: Plain>(vector: &Stored<F>, elements: &Range<usize>) -> Range<usize> {
    elements.start..elements.end.min(vector.len())
}

/// The sum of elements times weights, as far as there are both.
pub(super) fn inner_product<F: Copy, E: Weight<F>>(elements: &[F], weights: &[E]) -> E {
    let products = elements.iter().zip(weights);
    products.map(|(&element, &weight)| weight * element).sum()
}
