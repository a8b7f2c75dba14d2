use zkarena::{PVec, zk_phase};

#[zk_phase]
fn extend<'a>(rows: &'a [u32]) -> PVec<'a, u32> {
    phase.vec_from(rows)
}

fn main() {
    extend(&[1]);
}
