#![deny(dead_code)]
use zkarena::zk_phase;

#[zk_phase]
fn prove() -> u32 {
    1
}

fn main() {}
