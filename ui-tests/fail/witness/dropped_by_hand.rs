use zkarena::{ArenaAlloc, PVec, Secret, witness};

#[witness]
#[derive(ArenaAlloc)]
struct Assignment<'ph> {
    values: PVec<'ph, u64, Secret>,
}

impl Drop for Assignment<'_> {
    fn drop(&mut self) {}
}

fn main() {}
