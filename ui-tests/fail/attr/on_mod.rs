use zkarena::zk_phase;

#[zk_phase]
pub mod prover {
    pub fn prove() {}
}

fn main() {}
