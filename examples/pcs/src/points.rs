//! What a polynomial is worth at a point outside its domain, and what FRI is run on.
//!
//! A polynomial `p` of degree below `N` is known by its `N` values on the coset `gH`: the low block
//! of its extension. So everything here works on `N` rows, and only the codeword for FRI is
//! extended.
//!
//! *Evaluation* is barycentric (Berrut and Trefethen, "Barycentric Lagrange Interpolation", SIAM
//! Review 46, 2004). The nodes `x` of `gH` are the roots of `X^N - g^N`, whose derivative at `x` is
//! `N * x^(N-1) = N * g^N / x`, so that
//!
//! ```text
//! p(z) = (z^N - g^N) / (N * g^N) * sum over x of  x / (z - x) * p(x)
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

use p3_commit::OpenedValuesForMatrix;
use p3_dft::TwoAdicSubgroupDft;
use p3_field::coset::TwoAdicMultiplicativeCoset;
use p3_field::{
    ExtensionField, FieldArray, PackedFieldExtension, TwoAdicField, batch_multiplicative_inverse,
    dot_product,
};
use p3_matrix::Matrix;
use p3_matrix::bitrev::BitReversibleMatrix;
use p3_matrix::dense::{RowMajorMatrix, RowMajorMatrixView};
use p3_util::{log2_strict_usize, reverse_bits_len, reverse_slice_index_bits};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

/// The rows that determine polynomials: their values on `gH`, wherever those are.
pub(crate) trait LowRows<F> {
    /// Whether rows are in natural order; otherwise they are in bit-reversed order.
    const NATURAL: bool;

    fn width(&self) -> usize;

    fn height(&self) -> usize;

    /// Hand all rows to `take`, from top to bottom, some at a time.
    fn pieces(&self, take: &mut dyn FnMut(Piece<'_, F>));
}

/// Some rows in bands of columns, side by side.
pub(crate) struct Piece<'a, F> {
    pub(crate) first_row: usize,
    /// Of equal widths; the last may have columns that the matrix has not, which are zero.
    pub(crate) bands: Vec<RowMajorMatrixView<'a, F>>,
}

/// A point at which polynomials are opened, and `1 / (z - x)` for the largest `gH` they are known
/// on, in bit-reversed order: a prefix serves each smaller one.
struct Point<EF> {
    z: EF,
    inverses: Vec<EF>,
}

/// One matrix and the points it is opened at.
pub(crate) struct Opening<'a, L, EF> {
    pub(crate) low: &'a L,
    pub(crate) points: &'a [EF],
}

/// The points of all openings, and the largest coset.
pub(crate) struct Points<F, EF> {
    coset: Vec<F>,
    points: Vec<Point<EF>>,
}

impl<F: TwoAdicField, EF: ExtensionField<F>> Points<F, EF> {
    /// The distinct points of `openings`.
    pub(crate) fn of<L: LowRows<F>>(openings: &[Opening<'_, L, EF>]) -> Self {
        let height = openings.iter().map(|opening| opening.low.height()).max();
        let coset = coset(height.unwrap_or(1));
        let mut points = Self {
            coset,
            points: Vec::new(),
        };
        for opening in openings {
            for &z in opening.points {
                points.add(z, opening.low.height());
            }
        }
        points
    }

    /// Take up `z` for matrices of `height` rows.
    fn add(&mut self, z: EF, height: usize) {
        let known = self.points.iter().position(|point| point.z == z);
        if known.is_some_and(|known| self.points[known].inverses.len() >= height) {
            return;
        }
        let differences: Vec<EF> = self.coset[..height].iter().map(|&x| z - x).collect();
        let inverses = batch_multiplicative_inverse(&differences);
        match known {
            Some(known) => self.points[known].inverses = inverses,
            None => self.points.push(Point { z, inverses }),
        }
    }

    /// `1 / (z - x)` for every `x` of the coset of `height` points.
    fn inverses(&self, z: EF, height: usize) -> &[EF] {
        let point = self.points.iter().find(|point| point.z == z);
        &point.expect("every point was added").inverses[..height]
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
        let log_height = log2_strict_usize(low.height());
        let inverses = zs.map(|z| self.inverses(z, low.height()));
        let weight = |row: usize| {
            let place = place::<F, L>(row, log_height);
            FieldArray(inverses.map(|inverses| inverses[place] * self.coset[place]))
        };
        let mut sums = vec![FieldArray([EF::ZERO; K]); low.width()];
        low.pieces(&mut |Piece { first_row, bands }| {
            let rows = first_row..first_row + bands[0].height();
            let weights: Vec<FieldArray<EF, K>> = rows.map(weight).collect();
            for (sums, band) in sums.chunks_mut(bands[0].width()).zip(&bands) {
                let more = band.columnwise_dot_product_batched::<EF, K>(&weights);
                for (sum, more) in sums.iter_mut().zip(more) {
                    *sum += more;
                }
            }
        });

        let g_n = F::GENERATOR.exp_power_of_2(log_height);
        let denominator = g_n.mul_2exp_u64(log_height as u64).inverse();
        let factors = zs.map(|z| (z.exp_power_of_2(log_height) - g_n) * denominator);
        std::array::from_fn(|k| sums.iter().map(|sum| sum.0[k] * factors[k]).collect())
    }

    /// The values of `R` on the low rows, for each height: the tallest first.
    pub(crate) fn reduce<'v, L: LowRows<F>>(
        &self,
        openings: &[Opening<'_, L, EF>],
        values: impl Iterator<Item = &'v OpenedValuesForMatrix<EF>>,
        alpha: EF,
    ) -> Vec<Reduced<EF>> {
        let mut reduced: Vec<Reduced<EF>> = Vec::new();
        for (opening, values) in openings.iter().zip(values) {
            let height = opening.low.height();
            let known = reduced
                .iter()
                .position(|reduced| reduced.rows.len() == height);
            let known = known.unwrap_or_else(|| {
                reduced.push(Reduced::new(height, L::NATURAL));
                reduced.len() - 1
            });
            self.reduce_into(&mut reduced[known], opening, values, alpha);
        }
        reduced.sort_by_key(|reduced| std::cmp::Reverse(reduced.rows.len()));
        reduced
    }

    /// Add the terms of one matrix.
    fn reduce_into<L: LowRows<F>>(
        &self,
        reduced: &mut Reduced<EF>,
        opening: &Opening<'_, L, EF>,
        values: &OpenedValuesForMatrix<EF>,
        alpha: EF,
    ) {
        let low = opening.low;
        let terms = opening.points.iter().zip(values).map(|(&z, values)| {
            let weight = reduced.next_weight;
            reduced.next_weight *= alpha.exp_u64(low.width() as u64);
            let value: EF = dot_product(alpha.powers(), values.iter().copied());
            (weight, weight * value, self.inverses(z, low.height()))
        });
        let terms: Vec<_> = terms.collect();

        let log_height = log2_strict_usize(low.height());
        let add = |row: usize, sum: &mut EF, combined: EF| {
            let place = place::<F, L>(row, log_height);
            for &(weight, value, inverses) in &terms {
                *sum += (value - weight * combined) * inverses[place];
            }
        };
        low.pieces(&mut |Piece { first_row, bands }| {
            let width = bands[0].width();
            let powers: Vec<_> =
                EF::ExtensionPacking::packed_ext_powers_capped(alpha, width).collect();
            let rows = &mut reduced.rows[first_row..first_row + bands[0].height()];
            let rows = rows.par_iter_mut().enumerate();
            if let [band] = bands[..] {
                let combined = band.rowwise_packed_dot_product::<EF>(&powers);
                rows.zip(combined)
                    .for_each(|((row, sum), combined)| add(first_row + row, sum, combined));
            } else {
                let combined = combine(&bands, &powers, alpha.exp_u64(width as u64));
                rows.zip(combined)
                    .for_each(|((row, sum), combined)| add(first_row + row, sum, combined));
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

/// The sum over columns, weighted with powers of `alpha`, of rows in several bands; `step` is the
/// power of the first column of the second band.
fn combine<F: TwoAdicField, EF: ExtensionField<F>>(
    bands: &[RowMajorMatrixView<'_, F>],
    powers: &[EF::ExtensionPacking],
    step: EF,
) -> Vec<EF> {
    let mut sums = EF::zero_vec(bands[0].height());
    for (band, scale) in bands.iter().zip(step.powers()) {
        let part = band.rowwise_packed_dot_product::<EF>(powers);
        sums.par_iter_mut()
            .zip(part)
            .for_each(|(sum, part)| *sum += scale * part);
    }
    sums
}

/// `R` for matrices of one height.
pub(crate) struct Reduced<EF> {
    /// Its values on the low rows, in their order.
    rows: Vec<EF>,
    natural: bool,
    /// The power of `alpha` of the next column.
    next_weight: EF,
}

impl<EF> Reduced<EF> {
    fn new<F>(height: usize, natural: bool) -> Self
    where
        EF: ExtensionField<F>,
        F: TwoAdicField,
    {
        Self {
            rows: EF::zero_vec(height),
            natural,
            next_weight: EF::ONE,
        }
    }

    /// The codeword for FRI: `R` on `gK`, in bit-reversed order.
    pub(crate) fn codeword<F>(
        mut self,
        dft: &impl TwoAdicSubgroupDft<F>,
        log_blowup: usize,
    ) -> Vec<EF>
    where
        EF: ExtensionField<F>,
        F: TwoAdicField,
    {
        if !self.natural {
            reverse_slice_index_bits(&mut self.rows);
        }
        // From `gH` to `gK`: the shift between them is one.
        let rows = RowMajorMatrix::new_col(self.rows).flatten_to_base::<F>();
        let codeword = dft.coset_lde_batch(rows, log_blowup, F::ONE);
        let codeword = codeword.bit_reverse_rows().to_row_major_matrix();
        EF::reconstitute_from_base(codeword.values)
    }
}

/// The coset `gH` of `height` points, in bit-reversed order.
fn coset<F: TwoAdicField>(height: usize) -> Vec<F> {
    let coset = TwoAdicMultiplicativeCoset::new(F::GENERATOR, log2_strict_usize(height));
    let mut points: Vec<F> = coset.expect("an LDE was made on it").iter().collect();
    reverse_slice_index_bits(&mut points);
    points
}
