use zkarena::{PVec, Secret};

fn first(values: &PVec<'_, u64, Secret>) -> u64 {
    values[0]
}

fn main() {}
