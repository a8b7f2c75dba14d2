//! Nothing that the user may have in scope is mistaken for what generated code names.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(dead_code)]

extern crate zkarena as renamed;

mod core {}
mod std {}
mod zkarena {}

struct Formatter;
struct Result;
struct DebugStruct;
trait Clone {}
trait Debug {}
trait SecretSafe {}
const CHECK: () = ();

trait Blanket {
    fn fmt(&self) {}
    fn clone(&self) {}
    fn check() {}
    fn finish_non_exhaustive(&self) {}
    fn debug_struct(&self) {}
}
impl<X: ?::core::marker::Sized> Blanket for X {}

#[renamed::witness(crate = renamed)]
#[derive(renamed::ArenaAlloc)]
#[arena(crate = renamed)]
struct Assignment<'ph, T> {
    f: renamed::PVec<'ph, T, renamed::Secret>,
    shown: renamed::Secret<T>,
    #[public]
    r#type: usize,
}

#[renamed::witness(crate = ::renamed,)]
enum Choice {
    Left(renamed::Secret<u8>),
    Right,
}

mod editions {
    macro_rules! witness {
        ($name:ident, $lifetime:lifetime, $field:ident: $ty:ty) => {
            #[::renamed::witness(crate = ::renamed)]
            pub(super) struct $name<$lifetime> {
                pub(super) $field: $ty,
                #[public]
                pub(super) rows: &$lifetime usize,
            }
        };
    }
    witness!(Made, 'a, values: ::renamed::PVec<'a, u32, ::renamed::Secret>);
}

#[renamed::zk_phase(crate = renamed)]
fn main() {
    let rows = 3;
    let made = editions::Made { values: phase.secret_vec_zeroed(rows), rows: &rows };
    ::std::assert_eq!(::std::format!("{made:?}"), "Made { .. }");
    ::std::assert_eq!(made.values.len(), *made.rows);
    let choice = Choice::Left(renamed::Secret::new(1));
    ::std::assert_eq!(::std::format!("{choice:?}"), "Choice { .. }");
}
