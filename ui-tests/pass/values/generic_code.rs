//! Code that is written for slices, iterators and `AsRef` takes what lives in a phase.
use std::collections::BTreeSet;
use std::hash::Hash;
use zkarena::{PVec, Phase, zk_phase};

fn sum(rows: impl AsRef<[u32]>) -> u32 {
    rows.as_ref().iter().sum()
}

fn ordered<T: Ord + Hash + Clone>(rows: &[T]) -> Vec<T> {
    rows.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

fn folded<'ph, F: Copy + 'ph>(rows: &[F], by: impl Fn(F, F) -> F, out: Phase<'ph>) -> &'ph mut [F] {
    out.slice_with(rows.len() / 2, |row| by(rows[2 * row], rows[2 * row + 1]))
}

#[zk_phase]
fn main() {
    let mut rows: PVec<'_, u32> = phase.vec_from(&[3, 1, 2, 2]);
    rows.sort_unstable();
    rows.retain(|row| *row > 1);
    rows.iter_mut().for_each(|row| *row += 1);
    assert_eq!((rows.as_slice(), sum(&*rows)), (&[3, 3, 4][..], 10));
    assert_eq!((rows.drain(1..).collect::<Vec<_>>(), rows.into_iter().next()), (vec![3, 4], Some(3)));
    assert_eq!(ordered(&[phase.vec_from(&[2]), phase.vec_from(&[1])])[0], [1]);
    assert_eq!(folded(&[1, 2, 3, 4], |a, b| a * b, phase.scratch()), [2, 12]);
}
