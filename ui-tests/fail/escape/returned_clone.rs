use zkarena::{PVec, zk_phase};

#[zk_phase]
fn extend(rows: &[u32]) -> PVec<'static, u32> {
    let extended = phase.vec_from(rows);
    extended.clone()
}

fn main() {
    extend(&[1]);
}
