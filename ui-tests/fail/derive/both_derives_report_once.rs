use zkarena::{ArenaAlloc, Detach, PVec};

#[derive(ArenaAlloc, Detach)]
pub struct Columns<'ph, F> {
    #[arena(polly)]
    values: PVec<'ph, F>,
}

fn detach(columns: Columns<'_, u32>) -> Columns<'static, u32> {
    columns.detach()
}

fn main() {
    let _ = detach;
}
