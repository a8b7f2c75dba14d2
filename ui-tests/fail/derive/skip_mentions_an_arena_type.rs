use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
pub struct Opened<'ph, T: ArenaAlloc> {
    path: PVec<'ph, u32>,
    #[arena(skip)]
    other: Option<T>,
}

fn main() {}
