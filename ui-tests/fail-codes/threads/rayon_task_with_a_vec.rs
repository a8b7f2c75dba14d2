use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    let rows = phase.vec_from(&[1]);
    rayon::spawn(move || drop(rows));
}

fn main() {
    prove();
}
