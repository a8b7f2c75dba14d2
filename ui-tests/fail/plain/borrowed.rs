use zkarena::{Plain, Zeroable};

#[derive(Clone, Copy)]
struct Row<'a>(Option<&'a u64>);

// SAFETY: all zero bytes are `None`.
unsafe impl Zeroable for Row<'_> {}
unsafe impl Plain for Row<'_> {}

fn main() {}
