use zkarena::{AllocError, ArenaAlloc, Home, PVec, zk_phase};

#[zk_phase]
fn commit(rows: &[u32]) -> Result<PVec<'static, u32>, AllocError> {
    phase.vec_from(rows).try_move_to(Home::Phase(phase))
}

fn main() {
    let _ = commit(&[1]);
}
