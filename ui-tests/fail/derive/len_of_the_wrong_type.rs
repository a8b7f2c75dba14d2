use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(new(rows: u64))]
pub struct Columns<'ph> {
    #[arena(len = rows, init = true)]
    values: PVec<'ph, u32>,
}

fn main() {}
