use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
pub struct Columns<'ph, F> {
    #[arena(len = 5)]
    values: PVec<'ph, F>,
    #[arena(reserve = 5)]
    hints: PVec<'ph, F>,
    #[arena(skip, init = 5)]
    rows: usize,
}

fn main() {}
