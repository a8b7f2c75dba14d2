use zkarena::zk_phase;

#[zk_phase]
fn prove(names: &[String]) -> usize {
    phase.vec_from(names).leak().len()
}

fn main() {
    prove(&[]);
}
