#![deny(warnings)]

use zkarena::zk_phase;

#[zk_phase(reserve(events: u8 = 1))]
fn prove() {}

fn main() {
    prove();
}
