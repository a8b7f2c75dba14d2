use zkarena::{PVec, Secret};

fn leak(values: &mut PVec<'_, u64, Secret>, out: &mut PVec<'_, u64>) {
    out.append(values);
}

fn main() {}
