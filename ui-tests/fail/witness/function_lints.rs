//! Lints that the user has asked for look at the body as they did.
#![deny(unused, dead_code)]
use zkarena::{witness, zk_phase};

#[zk_phase(tmp)]
#[witness]
fn prove(mut rows: u32, #[witness] key: u64) -> u32 {
    let columns = 1;
    #[witness]
    let mut blinding = 2;
    std::fs::read("key");
    return rows;
    0
}

#[witness]
fn never_called() {}

fn main() {
    prove(1, 2);
}
