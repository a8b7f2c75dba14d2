use zkarena::{PVec, zk_phase};

struct Prover<'a> {
    trace: Option<PVec<'a, u32>>,
}

impl Prover<'_> {
    #[zk_phase]
    fn prove(&mut self) {
        self.trace = Some(phase.vec_from(&[1]));
    }
}

fn main() {
    Prover { trace: None }.prove();
}
