use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(new())]
pub struct Columns<'ph, F> {
    #[arena(reserve = 1, align = 3)]
    three: PVec<'ph, F>,
    #[arena(reserve = 1, align = 8192)]
    great: PVec<'ph, F>,
    #[arena(reserve = 1, align = 0)]
    zero: PVec<'ph, F>,
    #[arena(reserve = 1, align = ALIGN)]
    named: PVec<'ph, F>,
    #[arena(align = 64)]
    alone: PVec<'ph, F>,
}

fn main() {}
