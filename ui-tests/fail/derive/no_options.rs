use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena]
pub struct Columns<'ph, F> {
    #[arena]
    values: PVec<'ph, F>,
    #[arena = "poly"]
    hints: PVec<'ph, F>,
}

fn main() {}
