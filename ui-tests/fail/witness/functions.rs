use zkarena::{witness, zk_phase};

#[witness]
async fn suspended(key: u64) -> u64 {
    phase.vec_from(&[key])[0]
}

#[zk_phase]
#[witness]
async fn suspended_with_options(key: u64) -> u64 {
    key
}

#[witness]
const fn constant() -> u64 {
    1
}

trait Prove {
    #[witness]
    fn prove(&self, #[witness] key: u64);
}

extern "C" {
    #[witness]
    fn foreign(key: u64);
}

#[witness]
fn hidden(phase: u64) -> u64 {
    phase
}

#[witness]
fn of_its_own<'ph>() -> zkarena::PVec<'ph, u64> {
    phase.vec()
}

fn main() {}
