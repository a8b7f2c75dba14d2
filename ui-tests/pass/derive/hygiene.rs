//! Nothing that the user may have in scope is mistaken for what generated code names.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(dead_code)]

extern crate zkarena as renamed;

mod core {}
mod std {}
mod alloc {}
mod zkarena {}

struct Ok;
struct Err;
struct Result;
struct Home;
struct Phase;
struct AllocError;
struct Footprint;
struct Plan;
trait Clone {}
trait Default {}
trait Iterator {}

trait Blanket {
    fn footprint(&self) {}
    fn try_copy_to(&self) {}
    fn clone(&self) {}
    fn sum(&self) {}
}
impl<T: ?::core::marker::Sized> Blanket for T {}

fn to() {}
fn home() {}
fn parts() {}

#[derive(renamed::ArenaAlloc, renamed::Detach)]
#[arena(crate = renamed, new(rows, home, part))]
struct Columns<'ph, F> {
    #[arena(len = rows + home + part, reserve = rows)]
    to: renamed::PVec<'ph, u32>,
    #[arena(poly, reserve = rows)]
    parts: renamed::PVec<'ph, F>,
    #[arena(skip)]
    phases: bool,
    #[arena(default)]
    r#type: (),
}

#[derive(renamed::ArenaAlloc, renamed::Detach)]
#[arena(crate = ::renamed)]
enum Column<'ph> {
    Values(renamed::PVec<'ph, u32>),
    Empty,
}

mod editions {
    macro_rules! columns {
        ($name:ident, $lifetime:lifetime, $field:ident: $ty:ty) => {
            #[derive(::renamed::ArenaAlloc, ::renamed::Detach)]
            #[arena(crate = ::renamed, new(rows: usize))]
            pub(super) struct $name<$lifetime> {
                #[arena(len = rows)]
                pub(super) $field: $ty,
                #[arena(skip, init = rows)]
                pub(super) rows: usize,
            }
        };
    }
    columns!(Made, 'a, values: ::renamed::PVec<'a, u32>);
}

#[renamed::zk_phase(crate = renamed)]
fn main() {
    let columns = Columns::<u64>::new_in(phase, 1, 2, 3, true);
    ::std::assert_eq!(columns.map(|columns| columns.to.len()).ok(), ::std::option::Option::Some(6));
    let made = editions::Made::new_in(phase, 4);
    ::std::assert_eq!(made.map(|made| made.values.len() + made.rows).ok(), ::std::option::Option::Some(8));
    let _ = (Column::Empty, Columns::<u8>::plan(1, 2, 3), editions::Made::plan(4));
}
