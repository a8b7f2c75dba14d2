use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[repr(C, packed(2))]
pub struct Columns<'ph, F> {
    values: PVec<'ph, F>,
}

#[derive(ArenaAlloc)]
#[cfg_attr(all(), repr(packed))]
pub struct Hidden {
    rows: u32,
}

fn main() {}
