use zkarena::{PVec, zk_phase};

#[zk_phase]
fn extend(rows: usize) -> PVec<'_, u32> {
    phase.vec_with(rows)
}

fn main() {
    extend(1);
}
