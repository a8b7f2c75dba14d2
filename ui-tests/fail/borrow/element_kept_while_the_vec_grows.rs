use zkarena::zk_phase;

#[zk_phase]
fn prove() -> u32 {
    let mut rows = phase.vec_from(&[1]);
    let first = &rows[0];
    rows.push(2);
    *first
}

fn main() {
    prove();
}
