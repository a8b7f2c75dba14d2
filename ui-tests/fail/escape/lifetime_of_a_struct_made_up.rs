use zkarena::{PVec, Phase};

struct Prover<'ph> {
    phase: Phase<'ph>,
}

impl Prover<'_> {
    fn extend(&self) -> PVec<'static, u32> {
        self.phase.vec_from(&[1])
    }
}

fn main() {}
