use zkarena::{ArenaAlloc, PVec, Secret, witness};

#[witness(wipe)]
#[derive(ArenaAlloc, Clone, Debug)]
#[repr(packed)]
struct Assignment<'ph> {
    #[public]
    values: PVec<'ph, u64, Secret>,
    #[witness]
    blinding: Secret<u64>,
}

fn main() {
    let assignment: Option<Assignment<'_>> = None;
    println!("{assignment:?}");
}
