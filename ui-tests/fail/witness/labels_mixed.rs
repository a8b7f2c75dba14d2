use zkarena::{PVec, Secret, zk_phase};

fn publish(_: &PVec<'_, u64>) {}

#[zk_phase]
fn mix() {
    let public: PVec<'_, u64> = phase.secret_vec_from(&[1]);
    let secret: PVec<'_, u64, Secret> = phase.vec_from(&[1]);
    publish(&secret);
    let _ = public;
}

fn main() {}
