use zkarena::{PVec, zk_phase};

struct Prover {
    rows: Vec<u32>,
}

impl Prover {
    #[zk_phase]
    fn extend(&self) -> PVec<'_, u32> {
        phase.vec_from(&self.rows)
    }
}

fn main() {
    Prover { rows: vec![1] }.extend();
}
