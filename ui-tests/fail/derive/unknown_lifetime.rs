use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(lifetime = 'x)]
pub struct Columns<'ph> {
    values: PVec<'ph, u32>,
}

#[derive(ArenaAlloc)]
#[arena(lifetime = ph)]
pub struct Unquoted<'ph> {
    values: PVec<'ph, u32>,
}

fn main() {}
