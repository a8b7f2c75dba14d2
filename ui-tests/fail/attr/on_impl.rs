use zkarena::zk_phase;

pub struct Prover;

#[zk_phase]
impl Prover {
    pub fn prove(&self) {}
}

fn main() {
    Prover.prove();
}
