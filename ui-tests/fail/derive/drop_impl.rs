use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
pub struct Columns<'ph, F> {
    values: PVec<'ph, F>,
}

impl<F> Drop for Columns<'_, F> {
    fn drop(&mut self) {}
}

fn main() {}
