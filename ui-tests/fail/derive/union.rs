use zkarena::{ArenaAlloc};

#[derive(ArenaAlloc)]
pub union Word {
    whole: u32,
    half: u16,
}

fn main() {}
