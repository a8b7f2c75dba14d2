//! Nothing that the user may have in scope is mistaken for what generated code names.
#![allow(dead_code, unused_macros)]

mod core {}
mod std {}
mod zkarena {}
mod __private {}

struct Site;
struct PhaseGuard;

macro_rules! line { () => { compile_error!("the user's `line!`") }; }
macro_rules! file { () => { compile_error!("the user's `file!`") }; }
macro_rules! module_path { () => { compile_error!("the user's `module_path!`") }; }

trait Blanket {
    fn open(&self) {}
    fn new(&self) {}
    fn drop(&self) {}
}
impl<T: ?Sized> Blanket for T {}

fn drop() {}
fn open() {}

#[::zkarena::zk_phase]
fn prove(__zkarena_phase: u32, zkarena: u32, core: u32) -> u32 {
    __zkarena_phase + zkarena + core
}

fn main() {
    assert_eq!(prove(1, 2, 3), 6);
}
