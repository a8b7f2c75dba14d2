use zkarena::{PVec, scope, zk_phase};

#[zk_phase]
fn prove() -> usize {
    let folded: PVec<'_, u32> = scope!(tmp in phase => { tmp.vec_from(&[1]) });
    folded.len()
}

fn main() {
    prove();
}
