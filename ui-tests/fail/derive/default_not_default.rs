use zkarena::{ArenaAlloc, PVec};

#[derive(Clone)]
pub struct NoDefault;

#[derive(ArenaAlloc)]
pub struct Columns<'ph, F> {
    values: PVec<'ph, F>,
    #[arena(default)]
    other: NoDefault,
}

fn main() {}
