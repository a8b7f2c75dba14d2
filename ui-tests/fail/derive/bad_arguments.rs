use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(new(1))]
pub struct Wrong<'ph, F> {
    values: PVec<'ph, F>,
}

#[derive(ArenaAlloc)]
#[arena(new = "rows")]
pub struct Equals<'ph, F> {
    values: PVec<'ph, F>,
}

fn main() {}
