//! The basis of a polynomial is in its type, and changes with what was done to it.
use zkarena::{BitReversed, Coeffs, Evals, Phase, Poly, PolyMut, PolyRef, zk_phase};

type Lde<'ph> = Poly<'ph, u32, Evals<BitReversed>>;

fn transform<'ph>(coeffs: Poly<'ph, u32, Coeffs>) -> Poly<'ph, u32, Evals> {
    coeffs.transform(|values| values[0] += values[1])
}

fn reverse<'a>(evals: PolyMut<'a, u32, Evals>) -> PolyMut<'a, u32, Evals<BitReversed>> {
    evals.transform(<[u32]>::reverse)
}

fn extend<'ph>(evals: PolyRef<'_, u32, Evals<BitReversed>>, out: Phase<'ph>) -> Lde<'ph> {
    let mut lde = out.vec_from(&evals);
    lde.extend_from_slice(&evals);
    lde.into()
}

#[zk_phase]
fn main() {
    let coeffs = Poly::<u32, Coeffs>::from(phase.vec_from(&[1, 2]));
    let mut evals = transform(coeffs.clone());
    let lde = extend(reverse(evals.view_mut()).view(), phase);
    assert_eq!((lde[..].to_vec(), lde.log_size()), (vec![2, 3, 2, 3], Some(2)));
    assert_eq!(coeffs.into_vec(), [1, 2]);
}
