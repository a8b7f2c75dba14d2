use zkarena::{ArenaAlloc, PVec, scope, zk_phase};

#[derive(ArenaAlloc)]
struct Columns<'ph> {
    values: PVec<'ph, u32>,
}

#[zk_phase]
fn prove() -> usize {
    let mut columns = Columns { values: phase.vec_from(&[1]) };
    scope!(tmp in phase => { columns = columns.copy_into(tmp) });
    columns.values.len()
}

fn main() {
    prove();
}
