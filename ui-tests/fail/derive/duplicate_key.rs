use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(new(rows), lifetime = 'ph)]
#[arena(new(), lifetime = 'ph)]
pub struct Columns<'ph, F> {
    #[arena(skip, skip)]
    rows: usize,
    #[arena(len = 1, len = 2)]
    values: PVec<'ph, u32>,
    hints: PVec<'ph, F>,
}

fn main() {}
