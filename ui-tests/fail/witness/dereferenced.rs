use zkarena::{PVec, Secret};

fn slice<'a>(values: &'a PVec<'_, u64, Secret>) -> &'a [u64] {
    values
}

fn as_slice<'a>(values: &'a PVec<'_, u64, Secret>) -> &'a [u64] {
    values.as_ref()
}

fn value(key: &Secret<u64>) -> u64 {
    **key
}

fn main() {}
