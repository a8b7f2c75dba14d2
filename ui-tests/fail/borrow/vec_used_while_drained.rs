use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    let mut rows = phase.vec_from(&[1, 2]);
    for row in rows.drain(..) {
        rows.push(row);
    }
}

fn main() {
    prove();
}
