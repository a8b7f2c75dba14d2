use zkarena::zk_phase;

struct Prover;

impl Prover {
    #[zk_phase]
    pub async fn prove(&self) -> u32 {
        1
    }
}

fn main() {
    drop(Prover.prove());
}
