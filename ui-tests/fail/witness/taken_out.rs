use zkarena::{PVec, Secret};

fn last(values: &mut PVec<'_, u64, Secret>) -> Option<u64> {
    values.pop()
}

fn main() {}
