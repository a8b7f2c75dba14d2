//! What a polynomial is worth at a point outside its domain, and what FRI is run on.
//!
//! A polynomial `p` of degree below `N` is known by its `N` values on a coset `sH`: the trace, where
//! `s` is one, or the low block of its extension, where it is `g`. So everything here works on `N` rows,
//! and only the codeword for FRI is extended.
//!
//! *Evaluation* is barycentric (Berrut and Trefethen, "Barycentric Lagrange Interpolation", SIAM
//! Review 46, 2004). The nodes `x` of `sH` are the roots of `X^N - s^N`, whose derivative at `x` is
//! `N * x^(N-1) = N * s^N / x`, so that
//!
//! ```text
//! p(z) = (z^N - s^N) / (N * s^N) * sum over x of  x / (z - x) * p(x)
//! ```
//!
//! *Reduction* is DEEP-FRI's batching (eprint 2019/336) with powers of one challenge `alpha`:
//! `p(z) = y` if and only if `(y - p(X)) / (z - X)` is a polynomial. FRI tests
//!
//! ```text
//! R(X) = sum over i of  alpha^i * (y_i - p_i(X)) / (z_i - X)
//! ```
//!
//! where `i` counts the pairs of a column and a point among matrices of equal height, points of a
//! matrix outside its columns. The inner sum over columns is the same for every point, so a row is
//! read once.
#![forbid(unsafe_code)]

use super::reduced::Reduced;
use p3_commit::OpenedValuesForMatrix;
use p3_field::coset::TwoAdicMultiplicativeCoset;
use p3_field::{
    ExtensionField, FieldArray, PackedFieldExtension, TwoAdicField, batch_multiplicative_inverse,
    dot_product,
};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrixView;
use p3_util::{log2_strict_usize, reverse_bits_len, reverse_slice_index_bits};
use rayon::iter::{
    IndexedParallelIterator, IntoParallelIterator, IntoParallelRefMutIterator, ParallelIterator,
};

/// The rows that determine polynomials: their values on a coset of `N` points, wherever those are.
pub(crate) trait LowRows<F> {
    /// Whether rows are in natural order; otherwise they are in bit-reversed order.
    const NATURAL: bool;

    fn width(&self) -> usize;

    fn height(&self) -> usize;

    /// The first point of the coset.
    fn shift(&self) -> F;

    /// Hand everything to `take`, some rows of some columns at a time.
    fn pieces(&self, take: &mut dyn FnMut(Piece<'_, F>));
}

/// Some rows of some columns, side by side.
pub(crate) struct Piece<'a, F> {
    pub(crate) first_row: usize,
    pub(crate) first_column: usize,
    pub(crate) rows: RowMajorMatrixView<'a, F>,
}

/// A point at which polynomials are opened, and `1 / (z - x)` for the largest coset of one shift that
/// they are known on, in bit-reversed order: a prefix serves each smaller one.
struct Point<F, EF> {
    z: EF,
    shift: F,
    inverses: Vec<EF>,
}

/// One matrix and the points it is opened at.
pub(crate) struct Opening<'a, L, EF> {
    pub(crate) low: &'a L,
    pub(crate) points: &'a [EF],
}

/// The points of all openings, and the largest coset of each shift.
pub(crate) struct Points<F, EF> {
    cosets: Vec<(F, Vec<F>)>,
    points: Vec<Point<F, EF>>,
}

impl<F: TwoAdicField, EF: ExtensionField<F>> Points<F, EF> {
    /// The distinct points of `openings`.
    pub(crate) fn of<L: LowRows<F>>(openings: &[Opening<'_, L, EF>]) -> Self {
        let mut points = Self {
            cosets: Vec::new(),
            points: Vec::new(),
        };
        for &Opening { low, points: zs } in openings {
            points.add_coset(low.shift(), low.height());
            for &z in zs {
                points.add(z, low.shift(), low.height());
            }
        }
        points
    }

    /// Take up the coset of `height` points that `shift` begins.
    fn add_coset(&mut self, shift: F, height: usize) {
        match self.cosets.iter_mut().find(|(known, _)| *known == shift) {
            Some((_, points)) if points.len() >= height => {}
            Some((_, points)) => *points = coset(shift, height),
            None => self.cosets.push((shift, coset(shift, height))),
        }
    }

    /// Take up `z` for matrices of `height` rows.
    fn add(&mut self, z: EF, shift: F, height: usize) {
        let known = |point: &Point<F, EF>| point.z == z && point.shift == shift;
        let known = self.points.iter().position(known);
        if known.is_some_and(|known| self.points[known].inverses.len() >= height) {
            return;
        }
        let coset = self.coset(shift, height).iter();
        let differences: Vec<EF> = coset.map(|&x| z - x).collect();
        let inverses = batch_multiplicative_inverse(&differences);
        match known {
            Some(known) => self.points[known].inverses = inverses,
            None => self.points.push(Point { z, shift, inverses }),
        }
    }

    /// The coset of `height` points that `shift` begins.
    fn coset(&self, shift: F, height: usize) -> &[F] {
        let coset = self.cosets.iter().find(|(known, _)| *known == shift);
        &coset.expect("every coset was added").1[..height]
    }

    /// `1 / (z - x)` for every `x` of the coset on which the rows of `low` are.
    fn inverses<L: LowRows<F>>(&self, z: EF, low: &L) -> &[EF] {
        let known = |point: &&Point<F, EF>| point.z == z && point.shift == low.shift();
        let point = self.points.iter().find(known);
        &point.expect("every point was added").inverses[..low.height()]
    }

    /// The values of every column at every point of `opening`.
    pub(crate) fn evaluate<L: LowRows<F>>(
        &self,
        opening: &Opening<'_, L, EF>,
    ) -> OpenedValuesForMatrix<EF> {
        let low = opening.low;
        let two_at_a_time = opening.points.chunks(2);
        let values = two_at_a_time.flat_map(|points| match *points {
            [z0, z1] => {
                let values = self.evaluate_at(low, [z0, z1]);
                values.into_iter().collect::<Vec<_>>()
            }
            _ => self.evaluate_at(low, [points[0]]).into_iter().collect(),
        });
        values.collect()
    }

    /// The values of every column of `low` at `K` points, in one pass over its rows.
    fn evaluate_at<L: LowRows<F>, const K: usize>(&self, low: &L, zs: [EF; K]) -> [Vec<EF>; K] {
        let (shift, height) = (low.shift(), low.height());
        let log_height = log2_strict_usize(height);
        let (coset, inverses) = (self.coset(shift, height), zs.map(|z| self.inverses(z, low)));
        let weight = |row: usize| {
            let place = place::<F, L>(row, log_height);
            FieldArray(inverses.map(|inverses| inverses[place] * coset[place]))
        };
        let weights: Vec<FieldArray<EF, K>> = (0..height).into_par_iter().map(weight).collect();
        let mut sums = vec![FieldArray([EF::ZERO; K]); low.width()];
        low.pieces(&mut |piece| {
            let weights = &weights[piece.first_row..][..piece.rows.height()];
            let more = piece.rows.columnwise_dot_product_batched::<EF, K>(weights);
            for (sum, more) in sums[piece.first_column..].iter_mut().zip(more) {
                *sum += more;
            }
        });

        let s_n = shift.exp_power_of_2(log_height);
        let denominator = s_n.mul_2exp_u64(log_height as u64).inverse();
        let factors = zs.map(|z| (z.exp_power_of_2(log_height) - s_n) * denominator);
        std::array::from_fn(|k| sums.iter().map(|sum| sum.0[k] * factors[k]).collect())
    }

    /// The values of `R` on the low rows, for each height: the tallest first.
    pub(crate) fn reduce<'v, L: LowRows<F>>(
        &self,
        openings: &[Opening<'_, L, EF>],
        values: impl Iterator<Item = &'v OpenedValuesForMatrix<EF>>,
        alpha: EF,
    ) -> Vec<Reduced<F, EF>> {
        let mut reduced: Vec<Reduced<F, EF>> = Vec::new();
        for (opening, values) in openings.iter().zip(values) {
            let height = opening.low.height();
            let known = reduced.iter().position(|reduced| reduced.height == height);
            let known = known.unwrap_or_else(|| {
                reduced.push(Reduced::new(height, L::NATURAL));
                reduced.len() - 1
            });
            self.reduce_into(&mut reduced[known], opening, values, alpha);
        }
        reduced.sort_by_key(|reduced| std::cmp::Reverse(reduced.height));
        reduced
    }

    /// Add the terms of one matrix.
    fn reduce_into<L: LowRows<F>>(
        &self,
        reduced: &mut Reduced<F, EF>,
        opening: &Opening<'_, L, EF>,
        values: &OpenedValuesForMatrix<EF>,
        alpha: EF,
    ) {
        let low = opening.low;
        let terms = opening.points.iter().zip(values).map(|(&z, values)| {
            let weight = reduced.next_weight;
            reduced.next_weight *= alpha.exp_u64(low.width() as u64);
            let value: EF = dot_product(alpha.powers(), values.iter().copied());
            (weight, weight * value, self.inverses(z, low))
        });
        let terms: Vec<_> = terms.collect();

        let combined = combine(low, alpha);
        let log_height = log2_strict_usize(low.height());
        let rows = reduced.on(low.shift()).par_iter_mut().zip(combined);
        rows.enumerate().for_each(|(row, (sum, combined))| {
            let place = place::<F, L>(row, log_height);
            for &(weight, value, inverses) in &terms {
                *sum += (value - weight * combined) * inverses[place];
            }
        });
    }
}

/// Where a row of `low` is in bit-reversed order.
fn place<F, L: LowRows<F>>(row: usize, log_height: usize) -> usize {
    if L::NATURAL {
        reverse_bits_len(row, log_height)
    } else {
        row
    }
}

/// The sum over columns, weighted with powers of `alpha`, of each row.
fn combine<F: TwoAdicField, L: LowRows<F>, EF: ExtensionField<F>>(low: &L, alpha: EF) -> Vec<EF> {
    let mut sums = EF::zero_vec(low.height());
    low.pieces(&mut |piece| {
        let width = piece.rows.width();
        let powers = EF::ExtensionPacking::packed_ext_powers_capped(alpha, width);
        let powers: Vec<_> = powers.collect();
        let scale = alpha.exp_u64(piece.first_column as u64);
        let sums = sums[piece.first_row..].par_iter_mut();
        let parts = piece.rows.rowwise_packed_dot_product::<EF>(&powers);
        sums.zip(parts).for_each(|(sum, part)| *sum += scale * part);
    });
    sums
}

/// The coset of `height` points that `shift` begins, in bit-reversed order.
fn coset<F: TwoAdicField>(shift: F, height: usize) -> Vec<F> {
    let coset = TwoAdicMultiplicativeCoset::new(shift, log2_strict_usize(height));
    let mut points: Vec<F> = coset.expect("an LDE was made on it").iter().collect();
    reverse_slice_index_bits(&mut points);
    points
}
