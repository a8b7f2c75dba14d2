//! Transforms in bands of all shapes, also of fewer bytes than a page, against the library's.
#![forbid(unsafe_code)]

use super::field::{Direction, Library, power};
use super::four_step::FourStep;
use super::split::Split;
use crate::store::{Store, StorePlan, Stored};
use ark_bn254::Fr;
use p3_field::PrimeCharacteristicRing;
use p3_koala_bear::KoalaBear;
use std::fmt::Debug;

fn stored<F: Library>(store: &Store, elements: &[F]) -> Stored<F> {
    let mut writing = store.write(elements.len()).expect("room");
    writing.append(elements).expect("a write");
    writing.freeze().expect("written")
}

fn read<F: Library>(stored: &Stored<F>) -> Vec<F> {
    let mut elements = vec![F::ZERO; stored.len()];
    let all = 0..stored.len();
    stored.read_into(all, &mut elements).expect("a read");
    elements
}

/// All matrices of two to the `log_size` elements, with some bands each.
fn splits(log_size: usize) -> impl Iterator<Item = Split> {
    let matrices = (0..=log_size).map(move |log| (1 << log, 1 << (log_size - log)));
    matrices.flat_map(|(rows, columns): (usize, usize)| {
        [(0, 0), (1, 0), (1, 2)].map(|(less_columns, less_rows)| Split {
            rows,
            columns,
            band_columns: (columns >> less_columns).max(1),
            band_rows: (rows >> less_rows).max(1),
        })
    })
}

fn check<F: Library + PartialEq + Debug>(seed: F) {
    let store = StorePlan::new().open().expect("a store");
    for log_size in [1, 2, 5] {
        let elements: Vec<F> = (0..1 << log_size).map(|n| power(seed, 3 * n + 1)).collect();
        let whole = stored(&store, &elements);
        let short = stored(&store, &elements[..(1 << log_size) / 3]);
        let mut padded = elements[..short.len()].to_vec();
        padded.resize(1 << log_size, F::ZERO);
        for direction in [Direction::Forward, Direction::Inverse] {
            for shift in [F::ONE, seed] {
                let library =
                    |values| F::transform(&F::Tables::default(), values, 1, direction, shift);
                let (expected, of_short) = (library(elements.clone()), library(padded.clone()));
                for split in splits(log_size) {
                    let kernel = FourStep::new(&store, split, direction, shift);
                    let case = format!("{split:?}, {direction:?}, shift {shift:?}");
                    let found = kernel.run(&whole).expect("a transform");
                    assert_eq!(read(&found), expected, "{case}");
                    let found = kernel.run(&short).expect("a transform");
                    assert_eq!(read(&found), of_short, "{case}, short");
                }
            }
        }
    }
}

#[test]
fn bands_make_no_difference_to_plonky3() {
    check(KoalaBear::from_u32(1_234_567));
}

#[test]
fn bands_make_no_difference_to_arkworks() {
    check(Fr::from(1_234_567u64));
}
