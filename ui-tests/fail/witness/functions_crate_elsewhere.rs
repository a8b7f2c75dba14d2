use zkarena::{witness, zk_phase};

#[zk_phase]
#[witness(crate = ::std)]
fn prove(#[witness] key: u64) -> u64 {
    key.declassify()
}

fn main() {}
