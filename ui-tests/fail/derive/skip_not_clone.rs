use zkarena::{ArenaAlloc, PVec};

pub struct NoClone;

#[derive(ArenaAlloc)]
pub struct Columns<'ph, F> {
    values: PVec<'ph, F>,
    #[arena(skip)]
    other: NoClone,
}

fn main() {}
