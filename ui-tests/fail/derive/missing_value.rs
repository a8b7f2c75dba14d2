use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(new(), lifetime)]
pub struct Columns<'ph, F> {
    #[arena(len)]
    values: PVec<'ph, F>,
    #[arena(reserve =)]
    hints: PVec<'ph, F>,
    #[arena(align(64), reserve = 5)]
    aligned: PVec<'ph, F>,
    #[arena(skip = true)]
    rows: usize,
}

fn main() {}
