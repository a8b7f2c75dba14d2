use zkarena::{Poly, zk_phase};

#[zk_phase]
fn prove() -> usize {
    let poly = Poly::from(phase.vec_from(&[1]));
    poly.len()
}

fn main() {
    prove();
}
