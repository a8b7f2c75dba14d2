//! A longer phase will do where a shorter one is asked for.
use zkarena::{Coeffs, Home, PBox, PVec, Phase, Poly, scope, zk_phase};

fn same<'ph>(_: Phase<'ph>, one: PVec<'ph, u32>, other: PVec<'ph, u32>) -> [PVec<'ph, u32>; 2] {
    [one, other]
}

fn shorter<'short, 'long: 'short>(phase: Phase<'long>) -> Phase<'short> {
    phase
}

fn shorter_values<'short, 'long: 'short>(
    values: (PVec<'long, u32>, PBox<'long, u32>, Poly<'long, u32, Coeffs>, Home<'long>),
) -> (PVec<'short, u32>, PBox<'short, u32>, Poly<'short, u32, Coeffs>, Home<'short>) {
    values
}

#[zk_phase]
fn main() {
    let outer = phase.vec_from(&[1]);
    let sum: u32 = scope!(tmp in phase => {
        let both = same(tmp, outer, shorter(tmp).vec_from(&[2]));
        both.iter().flatten().sum()
    });
    assert_eq!(sum, 3);
    let values = (phase.vec_from(&[1]), phase.boxed(2), phase.vec_from(&[3]).into(), phase.into());
    let (vec, boxed, poly, _) = shorter_values(values);
    assert_eq!((vec[0], *boxed, poly[0]), (1, 2, 3));
}
