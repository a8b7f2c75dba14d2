use zkarena::{Detach, PVec, Secret};

fn keep(values: PVec<'_, u64, Secret>) -> PVec<'static, u64, Secret> {
    values.detach()
}

fn value(key: Secret<u64>) -> Secret<u64> {
    key.detach()
}

fn main() {}
