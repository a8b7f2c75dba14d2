use zkarena::Poly;

fn pointwise(_: Poly<'_, u32, u64>) {}

fn main() {}
