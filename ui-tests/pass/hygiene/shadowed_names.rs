//! Nothing that the user may have in scope is mistaken for what generated code names.
#![allow(dead_code, unused_macros)]

mod core {}
mod std {}
mod zkarena {}
mod __private {}

struct Site;
struct PhaseGuard;
struct Phase;
struct Plan;

macro_rules! line { () => { compile_error!("the user's `line!`") }; }
macro_rules! file { () => { compile_error!("the user's `file!`") }; }
macro_rules! module_path { () => { compile_error!("the user's `module_path!`") }; }

trait Blanket {
    fn open(&self) {}
    fn new(&self) {}
    fn drop(&self) {}
    fn root(&self) {}
    fn handle(&self) {}
    fn reserve(self, _: usize) where Self: Sized {}
}
impl<T: ?Sized> Blanket for T {}

fn drop() {}
fn open() {}

#[::zkarena::zk_phase(reserve = 1)]
fn prove(__zkarena_phase: u32, zkarena: u32, core: u32) -> u32 {
    __zkarena_phase + ::zkarena::scope!(tmp in phase => { tmp.vec_from(&[zkarena])[0] }) + core
}

const SITE: &str = "of the user";

fn guard() -> ::zkarena::PhaseGuard<'static> {
    ::zkarena::PhaseGuard::root(::zkarena::site!(SITE), ::zkarena::Plan::new())
}

fn main() {
    assert_eq!(::zkarena::PhaseGuard::handle(&guard()).vec_from(&[1]).len(), 1);
    assert_eq!(prove(1, 2, 3), 6);
}
