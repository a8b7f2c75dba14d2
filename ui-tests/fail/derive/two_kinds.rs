use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
pub struct Columns<'ph, F> {
    #[arena(poly, witness)]
    values: PVec<'ph, F>,
    #[arena(scratch)]
    #[arena(poly)]
    hints: PVec<'ph, F>,
    #[arena(poly, poly)]
    twice: PVec<'ph, F>,
}

fn main() {}
