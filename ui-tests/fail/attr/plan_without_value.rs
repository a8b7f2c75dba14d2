use zkarena::zk_phase;

#[zk_phase(plan)]
fn prove(rows: usize) -> usize {
    phase.vec_from(&[rows])[0]
}

fn main() {
    prove(1);
}
