//! What the transforms need of a field and of its library.
#![forbid(unsafe_code)]

use crate::plain::Plain;
use std::ops::Mul;

/// Which way a transform goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From coefficients to evaluations.
    Forward,
    /// From evaluations to coefficients.
    Inverse,
}

/// A field that [`Ntt`](super::Ntt) transforms: the 31-bit fields of Plonky3 (feature `plonky3`) and the
/// prime fields of arkworks (feature `arkworks`).
pub trait NttField: Library {}

/// A field with the library that transforms short columns of it in memory.
pub trait Library: Plain + Mul<Output = Self> {
    /// What the library keeps between transforms.
    type Tables: Default;

    /// The largest transform has two to this many elements.
    const LOG_MOST: usize;
    /// The element zero.
    const ZERO: Self;
    /// The element one.
    const ONE: Self;

    /// The library's generator of the group of two to the `log_size` elements.
    fn root(log_size: usize) -> Self;

    /// One divided by the element, which is not zero.
    fn inverted(self) -> Self;

    /// Transforms each column of a matrix that lies row by row, on the coset `shift` times the group as
    /// large as a column; natural order in and out.
    fn transform(
        tables: &Self::Tables,
        matrix: Vec<Self>,
        width: usize,
        direction: Direction,
        shift: Self,
    ) -> Vec<Self>;
}

/// `base` to the `exponent`.
pub(super) fn power<F: Library>(mut base: F, mut exponent: usize) -> F {
    let mut result = F::ONE;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base;
        }
        base = base * base;
        exponent /= 2;
    }
    result
}
