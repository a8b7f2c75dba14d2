use zkarena::{PVec, Secret, witness};

#[witness]
#[derive(Clone, Copy)]
struct Assignment<'ph> {
    values: PVec<'ph, u64, Secret>,
}

#[witness]
#[derive(PartialEq, std::clone::Clone)]
struct Public {
    #[public]
    rows: usize,
}

fn main() {}
