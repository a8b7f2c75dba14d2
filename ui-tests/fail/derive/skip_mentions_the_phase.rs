use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
pub struct Columns<'ph, F> {
    values: PVec<'ph, F>,
    #[arena(skip)]
    view: &'ph [u32],
    #[arena(skip)]
    nested: Option<(u8, Vec<PVec<'ph, F>>)>,
}

#[derive(ArenaAlloc)]
#[arena(lifetime = 'a)]
pub enum Column<'a, 'b> {
    Values(PVec<'a, u32>),
    View(#[arena(skip)] &'b [u32], #[arena(skip)] &'a [u32]),
}

fn main() {}
