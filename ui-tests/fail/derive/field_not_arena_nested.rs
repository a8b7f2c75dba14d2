use zkarena::{ArenaAlloc, PVec};

pub struct Foo<F>(F);

#[derive(ArenaAlloc)]
pub enum Columns<'ph, F> {
    A(PVec<'ph, F>),
    B { other: Option<Box<Foo<F>>> },
}

fn main() {}
