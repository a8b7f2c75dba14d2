use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(new())]
pub struct Columns<'ph, F> {
    values: PVec<'ph, F>,
    #[arena(skip, poly)]
    rows: usize,
    #[arena(default, len = 5)]
    hints: Vec<u32>,
    #[arena(skip, default)]
    both: usize,
}

fn main() {}
