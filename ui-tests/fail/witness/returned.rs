use zkarena::{PVec, Secret, zk_phase};

#[zk_phase]
fn secrets() -> PVec<'static, u64, Secret> {
    phase.secret_vec_from(&[1])
}

fn main() {}
