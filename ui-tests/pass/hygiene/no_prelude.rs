#![no_implicit_prelude]

#[::zkarena::zk_phase]
fn prove() -> u32 {
    1
}

#[::zkarena::zk_phase(name = "verify")]
fn verify() {
    phase.vec::<u32>();
    ::zkarena::scope!(tmp in phase => { tmp.vec::<u32>(); });
}

#[::zkarena::zk_phase(try, reserve = 1, budget = "64KiB")]
fn fold() -> ::core::result::Result<(), ::zkarena::AllocError> {
    ::core::result::Result::Ok(())
}

fn guard() {
    ::std::mem::drop(::zkarena::PhaseGuard::open(::zkarena::site!("guard")));
}

fn main() {
    guard();
    ::std::assert_eq!(prove(), 1);
    verify();
    ::std::assert!(fold().is_ok());
}
