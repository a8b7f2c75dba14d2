use zkarena::{ArenaAlloc, PVec, zk_phase};

#[derive(ArenaAlloc)]
pub struct Columns<'ph, F> {
    values: PVec<'ph, F>,
}

#[zk_phase]
fn commit(rows: usize) -> Columns<'static, u32> {
    Columns { values: phase.vec_with(rows) }
}

fn main() {
    commit(1);
}
