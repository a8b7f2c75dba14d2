use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
pub struct Columns<'ph, F> {
    values: PVec<'ph, u32>,
    shift: F,
}

fn main() {}
