use zkarena::{ArenaAlloc, PVec};

pub struct Foo;

#[derive(ArenaAlloc)]
pub struct Columns<'ph, F> {
    values: PVec<'ph, F>,
    other: Foo,
}

fn main() {}
