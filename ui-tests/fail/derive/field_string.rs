use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
pub struct Columns<'ph> {
    values: PVec<'ph, u32>,
    name: String,
}

fn main() {}
