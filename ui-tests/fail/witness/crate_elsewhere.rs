use zkarena::{PVec, Secret, witness};

#[witness(crate = ::std)]
struct Assignment<'ph, F> {
    values: PVec<'ph, F, Secret>,
    blinding: Secret<F>,
}

fn main() {}
