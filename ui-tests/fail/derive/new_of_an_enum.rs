use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(new(rows))]
pub enum Column<'ph> {
    Values(#[arena(len = rows)] PVec<'ph, u32>),
    Empty,
}

fn main() {}
