use zkarena::{witness, zk_phase};

#[witness(wipe)]
fn alone() {}

#[zk_phase(nmae = "prove")]
#[witness(wipe)]
fn below() {
    drop(phase);
}

#[witness = 1]
#[zk_phase = "prove"]
fn above() {}

#[zk_phase]
#[witness = 1]
fn key_value() {}

fn main() {}
