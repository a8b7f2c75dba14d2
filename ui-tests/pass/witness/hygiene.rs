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
struct Apart;
struct Secret;
struct ThreadWipe;

trait Blanket {
    fn fmt(&self) {}
    fn clone(&self) {}
    fn check() {}
    fn finish_non_exhaustive(&self) {}
    fn debug_struct(&self) {}
    fn run(self)
    where
        Self: ::core::marker::Sized,
    {
    }
    fn new(&self) {}
    fn at_end(&self) {}
    fn witness(&self) {}
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

/// The names that a function has beside those of its parameters are its own.
#[renamed::witness(crate = renamed)]
fn names(apart: u32, _wipe: u32, #[renamed::witness] witness: u32) -> u32 {
    #[renamed::witness]
    let wipe: u32 = apart + _wipe;
    let apart = wipe.declassify();
    apart + witness.declassify()
}

mod inner {
    pub use ::renamed::{witness, zk_phase};

    pub struct Prover;

    impl Prover {
        #[witness(crate = ::nowhere)]
        #[self::zk_phase(crate = ::renamed)]
        pub fn first_says_zk_phase(self) -> u32 {
            phase.vec_from(&[1])[0]
        }

        #[super::inner::zk_phase(tmp)]
        #[super::inner::witness(crate = super::renamed)]
        pub fn then_witness(&self) -> u32 {
            #[witness]
            let key = 2;
            tmp.vec_from(&[key.declassify()])[0]
        }
    }
}

#[global_allocator]
static ALLOC: ::renamed::PhaseAlloc = ::renamed::PhaseAlloc::new();

#[renamed::zk_phase(crate = renamed)]
fn main() {
    ::std::assert_eq!(names(1, 2, 3), 6);
    ::std::assert_eq!(inner::Prover.then_witness() + inner::Prover.first_says_zk_phase(), 3);
    let rows = 3;
    let made = editions::Made { values: phase.secret_vec_zeroed(rows), rows: &rows };
    ::std::assert_eq!(::std::format!("{made:?}"), "Made { .. }");
    ::std::assert_eq!(made.values.len(), *made.rows);
    let choice = Choice::Left(renamed::Secret::new(1));
    ::std::assert_eq!(::std::format!("{choice:?}"), "Choice { .. }");
}
