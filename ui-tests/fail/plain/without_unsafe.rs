use zkarena::{Plain, Zeroable};

#[derive(Clone, Copy)]
struct Felt(u64);

impl Zeroable for Felt {}
impl Plain for Felt {}

fn main() {}
