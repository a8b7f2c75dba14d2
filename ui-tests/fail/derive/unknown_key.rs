use zkarena::{ArenaAlloc, PVec};

#[derive(ArenaAlloc)]
#[arena(news(rows))]
pub struct Columns<'ph, F> {
    #[arena(polly)]
    values: PVec<'ph, F>,
    #[arena(lenght = 5)]
    hints: PVec<'ph, F>,
}

fn main() {}
