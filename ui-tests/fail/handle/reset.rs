use zkarena::zk_phase;

#[zk_phase]
fn prove(rounds: usize) {
    for round in 0..rounds {
        phase.vec_from(&[round]);
        phase.reset();
    }
}

fn main() {
    prove(1);
}
