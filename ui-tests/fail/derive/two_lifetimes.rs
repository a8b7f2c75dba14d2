use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
pub struct Columns<'a, 'b> {
    values: PVec<'a, u32>,
    hints: PVec<'b, u32>,
}

fn main() {}
