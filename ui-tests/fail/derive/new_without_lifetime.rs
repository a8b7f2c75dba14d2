use zkarena::{ArenaAlloc};

#[derive(ArenaAlloc)]
#[arena(new(rows))]
pub struct Meta {
    #[arena(skip, init = rows)]
    rows: usize,
}

fn main() {}
