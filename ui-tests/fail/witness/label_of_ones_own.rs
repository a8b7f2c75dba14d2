use zkarena::PVec;

struct Hidden;

fn hide(_: PVec<'_, u64, Hidden>) {}

fn wrong_secret(_: PVec<'_, u64, zkarena::Secret<u64>>) {}

fn main() {}
