use zkarena::zk_phase;

fn commit(_: Vec<u32>) {}

#[zk_phase]
fn prove() {
    commit(phase.vec_from(&[1]));
}

fn main() {
    prove();
}
