use zkarena::{PVec, Secret, witness};

#[witness]
struct Assignment<'ph> {
    #[witness]
    values: PVec<'ph, u64, Secret>,
}

fn main() {}
