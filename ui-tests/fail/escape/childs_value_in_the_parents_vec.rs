use zkarena::{scope, zk_phase};

#[zk_phase]
fn prove() -> usize {
    let mut layers = phase.vec();
    scope!(tmp in phase => { layers.push(tmp.vec_from(&[1])) });
    layers.len()
}

fn main() {
    prove();
}
