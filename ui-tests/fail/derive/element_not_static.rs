use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
pub struct Columns<'ph, 'x> {
    values: PVec<'ph, &'x u32>,
}

fn main() {}
