use zkarena::{Coeffs, Evals, Poly, zk_phase};

#[zk_phase]
fn prove() -> bool {
    let coeffs: Poly<'_, u32, Coeffs> = phase.vec_from(&[1]).into();
    let evals: Poly<'_, u32, Evals> = phase.vec_from(&[1]).into();
    coeffs == evals
}

fn main() {
    prove();
}
