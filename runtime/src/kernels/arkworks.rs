//! The prime fields of arkworks, with its radix-2 evaluation domains.
#![forbid(unsafe_code)]

use super::field::{Direction, Library, NttField};
use ark_ff::{AdditiveGroup, FftField, Field, Fp, FpConfig};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};

impl<P: FpConfig<N>, const N: usize> NttField for Fp<P, N> {}

impl<P: FpConfig<N>, const N: usize> Library for Fp<P, N> {
    type Tables = ();

    const LOG_MOST: usize = <Self as FftField>::TWO_ADICITY as usize;
    const ZERO: Self = <Self as AdditiveGroup>::ZERO;
    const ONE: Self = <Self as Field>::ONE;

    fn root(log_size: usize) -> Self {
        domain::<Self>(1 << log_size).group_gen
    }

    fn inverted(self) -> Self {
        self.inverse().expect("an element other than zero")
    }

    fn transform(
        (): &(),
        mut matrix: Vec<Self>,
        width: usize,
        direction: Direction,
        shift: Self,
    ) -> Vec<Self> {
        let domain = domain::<Self>(matrix.len() / width).get_coset(shift);
        let domain = domain.expect("a shift other than zero");
        let in_place = |column: &mut Vec<Self>| match direction {
            Direction::Forward => domain.fft_in_place(column),
            Direction::Inverse => domain.ifft_in_place(column),
        };
        if width == 1 {
            in_place(&mut matrix);
        } else {
            by_column(&mut matrix, width, in_place);
        }
        matrix
    }
}

fn domain<F: FftField>(size: usize) -> Radix2EvaluationDomain<F> {
    Radix2EvaluationDomain::new(size).expect("a size with a root of unity")
}

/// Does something to each column of a matrix, copied out and back.
fn by_column<F: Copy>(matrix: &mut [F], width: usize, mut change: impl FnMut(&mut Vec<F>)) {
    let mut column = Vec::with_capacity(matrix.len() / width);
    for at in 0..width {
        column.clear();
        column.extend(matrix[at..].iter().step_by(width));
        change(&mut column);
        for (to, &from) in matrix[at..].iter_mut().step_by(width).zip(&column) {
            *to = from;
        }
    }
}
