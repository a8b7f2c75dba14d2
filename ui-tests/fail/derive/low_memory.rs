use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
pub struct Columns<'ph, F> {
    #[arena(lowmem)]
    values: PVec<'ph, F>,
}

fn main() {}
