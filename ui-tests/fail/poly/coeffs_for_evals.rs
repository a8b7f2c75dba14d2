use zkarena::{Coeffs, Evals, Poly, PolyRef, zk_phase};

fn pointwise(_: PolyRef<'_, u32, Evals>) {}

#[zk_phase]
fn prove() {
    let coeffs: Poly<'_, u32, Coeffs> = phase.vec_from(&[1]).into();
    pointwise(coeffs.view());
}

fn main() {
    prove();
}
