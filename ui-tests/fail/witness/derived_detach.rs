use zkarena::{ArenaAlloc, Detach, PVec, Secret, witness};

#[witness]
#[derive(ArenaAlloc, Detach)]
struct Assignment<'ph, F> {
    values: PVec<'ph, F, Secret>,
    #[public]
    rows: usize,
}

#[derive(ArenaAlloc, Detach)]
struct Blinding<F> {
    key: Secret<F>,
}

fn main() {}
