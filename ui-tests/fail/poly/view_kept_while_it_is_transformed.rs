use zkarena::{Coeffs, Evals, Poly, zk_phase};

#[zk_phase]
fn prove() -> u32 {
    let coeffs: Poly<'_, u32, Coeffs> = phase.vec_from(&[1]).into();
    let view = coeffs.view();
    let evals: Poly<'_, u32, Evals> = coeffs.transform(|values| values[0] = 2);
    view[0] + evals[0]
}

fn main() {
    prove();
}
