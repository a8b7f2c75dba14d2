#![deny(unused_variables)]
use zkarena::zk_phase;

#[zk_phase(tmp)]
fn prove() -> u32 {
    1
}

fn main() {
    prove();
}
