use std::cell::Cell;
use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    let rows = phase.vec_from(&[Cell::new(1)]);
    rayon::join(|| rows.len(), || rows.len());
}

fn main() {
    prove();
}
