use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(new(rows))]
pub struct Columns<'ph> {
    #[arena(reserve = rows)]
    values: PVec<'ph, u32>,
    #[arena(len = rows)]
    hints: Vec<u32>,
}

fn main() {}
