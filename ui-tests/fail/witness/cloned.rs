use zkarena::{PVec, Secret};

fn twice<'ph>(values: &PVec<'ph, u64, Secret>) -> PVec<'ph, u64, Secret> {
    values.clone()
}

fn key(key: &Secret<u64>) -> Secret<u64> {
    key.clone()
}

fn main() {}
