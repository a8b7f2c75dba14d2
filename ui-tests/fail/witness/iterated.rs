use zkarena::{PVec, Secret};

fn sum(values: &PVec<'_, u64, Secret>) -> u64 {
    let mut sum = 0;
    for value in values {
        sum += value;
    }
    sum
}

fn consumed(values: PVec<'_, u64, Secret>) -> u64 {
    values.into_iter().sum()
}

fn by_method(values: &PVec<'_, u64, Secret>) -> u64 {
    values.iter().sum()
}

fn main() {}
