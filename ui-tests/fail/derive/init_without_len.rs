use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(new(rows))]
pub struct Columns<'ph> {
    #[arena(reserve = rows, init = 0)]
    values: PVec<'ph, u32>,
}

fn main() {}
