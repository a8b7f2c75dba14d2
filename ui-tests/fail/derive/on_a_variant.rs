use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
pub enum Column<'ph> {
    #[arena(poly)]
    Values(PVec<'ph, u32>),
    Empty,
}

fn main() {}
