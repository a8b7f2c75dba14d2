use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(bound = "")]
pub struct Empty<'ph, F> {
    values: PVec<'ph, F>,
}

#[derive(ArenaAlloc)]
#[arena(bound(F + Clone))]
pub struct Wrong<'ph, F> {
    values: PVec<'ph, F>,
}

#[derive(ArenaAlloc)]
#[arena(bound)]
pub struct Missing<'ph, F> {
    values: PVec<'ph, F>,
}

fn main() {}
