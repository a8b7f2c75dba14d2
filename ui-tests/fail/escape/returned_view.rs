use zkarena::{Coeffs, Poly, PolyRef, zk_phase};

#[zk_phase]
fn quotient() -> PolyRef<'static, u32, Coeffs> {
    let quotient: Poly<'_, u32, Coeffs> = phase.vec_from(&[1]).into();
    PolyRef::new(quotient.into_vec().leak())
}

fn main() {
    quotient();
}
