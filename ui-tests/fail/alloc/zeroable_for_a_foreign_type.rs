unsafe impl zkarena::Zeroable for std::num::NonZeroU32 {}

fn main() {}
