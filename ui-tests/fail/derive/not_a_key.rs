use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena("new")]
pub struct Columns<'ph, F> {
    #[arena("poly")]
    values: PVec<'ph, F>,
}

fn main() {}
