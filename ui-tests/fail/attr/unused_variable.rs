#![deny(unused_variables)]
use zkarena::zk_phase;

#[zk_phase]
fn prove(rows: u32) {
    let columns = 1;
}

fn main() {
    prove(1);
}
