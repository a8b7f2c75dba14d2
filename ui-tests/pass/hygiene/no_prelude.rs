#![no_implicit_prelude]

#[::zkarena::zk_phase]
fn prove() -> u32 {
    1
}

#[::zkarena::zk_phase(name = "verify")]
fn verify() {}

fn main() {
    ::std::assert_eq!(prove(), 1);
    verify();
}
