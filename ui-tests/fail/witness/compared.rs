use zkarena::{PVec, Secret};

fn equal(a: &PVec<'_, u64, Secret>, b: &PVec<'_, u64, Secret>) -> bool {
    a == b
}

fn is(key: Secret<u64>, other: Secret<u64>) -> bool {
    key == other
}

fn main() {}
