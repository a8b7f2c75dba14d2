//! Number-theoretic transforms of a few rows at a time.
//!
//! A polynomial of `N = 2^n` coefficients is evaluated on the coset `sH` by splitting the ring it
//! lives in, until each part holds one value (Bernstein, "Multidigit multiplication for
//! mathematicians", 2001):
//!
//! ```text
//! X^2h - c^2 = (X^h - c) * (X^h + c),  and  a + b * X^h  is  a + b * c  in one, a - b * c  in the other
//! ```
//!
//! Splitting starts at `X^N - s^N`, so coefficients in natural order become values in bit-reversed
//! order, and undoing it takes values in bit-reversed order to coefficients in natural order. In
//! layer `i`, block `t` of `2^i` has `h = N / 2^(i+1)` and
//! `c = s^h * w^(h * rev(t))`, where `w` has order `N` and `rev` reverses `i` bits. Neither way
//! moves a row: transforms work in place, and a coset costs nothing.
//!
//! The last layers stay within blocks of consecutive rows, and the first ones pair rows of equal
//! remainder modulo the length of those. So a large transform is two passes of small ones
//! (Gentleman and Sande, 1966), each over rows that a cache holds.
#![forbid(unsafe_code)]

use crate::owners::PVec;
use crate::phase::Phase;
use p3_dft::{Butterfly, DifButterfly, DitButterfly};
use p3_field::TwoAdicField;
use p3_util::reverse_slice_index_bits;

/// The powers of `w`, or of its inverse, in bit-reversed order: the first `2^i` serve layer `i`.
pub(crate) struct Roots<'ph, F>(PVec<'ph, F>);

impl<'ph, F: TwoAdicField> Roots<'ph, F> {
    /// For transforms of `2^log_height` rows.
    pub(crate) fn new(phase: Phase<'ph>, log_height: usize) -> Self {
        Self::powers(phase, F::two_adic_generator(log_height), log_height)
    }

    fn powers(phase: Phase<'ph>, root: F, log_height: usize) -> Self {
        let len = (1 << log_height) / 2;
        let mut powers = phase.vec_with(len);
        powers.extend(root.powers().take(len));
        reverse_slice_index_bits(&mut powers);
        Self(powers)
    }
}

/// The evaluation of polynomials of `N` coefficients on a coset of `H`.
pub(crate) struct Evaluation<F> {
    /// `s^h` of each layer.
    shifts: Vec<F>,
}

impl<F: TwoAdicField> Evaluation<F> {
    /// On the coset `sH` of `2^log_height` points, where `s` is `shift`.
    pub(crate) fn new(log_height: usize, shift: F) -> Self {
        let log_halves = (0..log_height).rev();
        let shifts = log_halves.map(|log_half| shift.exp_power_of_2(log_half));
        Self {
            shifts: shifts.collect(),
        }
    }

    /// The layers from `layer` on in which `rows`, a block of that layer with that number, have
    /// partners among themselves.
    pub(crate) fn apply(
        &self,
        roots: &Roots<'_, F>,
        rows: &mut [F],
        width: usize,
        (layer, block): (usize, usize),
    ) {
        let (mut len, mut first) = (rows.len(), block);
        for &shift in &self.shifts[layer..] {
            if len == width {
                break;
            }
            for (pair, &root) in rows.chunks_exact_mut(len).zip(&roots.0[first..]) {
                butterflies(pair, DitButterfly(root * shift));
            }
            len /= 2;
            first *= 2;
        }
    }
}

/// The interpolation of polynomials from their values on `H`, but for the factor `1 / N`.
pub(crate) struct Interpolation<'ph, F>(Roots<'ph, F>);

impl<'ph, F: TwoAdicField> Interpolation<'ph, F> {
    /// From `2^log_height` points.
    pub(crate) fn new(phase: Phase<'ph>, log_height: usize) -> Self {
        let root = F::two_adic_generator(log_height).inverse();
        Self(Roots::powers(phase, root, log_height))
    }

    /// Undo the layers in which `rows` have partners among themselves; `block` is their number
    /// among blocks of that length.
    pub(crate) fn apply(&self, rows: &mut [F], width: usize, block: usize) {
        let mut len = 2 * width;
        while len <= rows.len() {
            let first = block * (rows.len() / len);
            for (pair, &root) in rows.chunks_exact_mut(len).zip(&self.0.0[first..]) {
                butterflies(pair, DifButterfly(root));
            }
            len *= 2;
        }
    }
}

/// Combine each row of the first half of `pair` with its fellow of the second. All of them meet the
/// same factor, so the rows of a half are one long row.
fn butterflies<F: TwoAdicField>(pair: &mut [F], butterfly: impl Butterfly<F>) {
    let (upper, lower) = pair.split_at_mut(pair.len() / 2);
    butterfly.apply_to_rows(upper, lower);
}
