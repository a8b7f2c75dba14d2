use zkarena::{PVec, Secret};

fn vector(values: &PVec<'_, u64, Secret>) -> String {
    serde_json::to_string(values).unwrap()
}

fn value(key: &Secret<u64>) -> String {
    serde_json::to_string(key).unwrap()
}

fn main() {}
