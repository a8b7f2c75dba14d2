use zkarena::zk_phase;

#[zk_phase]
pub use std::fmt;

fn main() {}
