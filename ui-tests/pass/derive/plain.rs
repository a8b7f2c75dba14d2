//! Structs of bytes, without a word of unsafe code, under no prelude and with names that generated code might use.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, unused, clippy::all)]

mod zkarena_by_another_name {
    pub use ::zkarena::*;
}

mod core {}

#[derive(::zkarena::Plain)]
#[repr(C)]
struct Copy {
    value: u32,
    fields: Size,
    r#type: [i8; 2],
}

#[derive(::zkarena::Plain)]
#[plain(crate = crate::zkarena_by_another_name)]
#[repr(transparent)]
struct Size(u16);

impl ::core::marker::Copy for Copy {}

impl ::core::clone::Clone for Copy {
    fn clone(&self) -> Self {
        *self
    }
}

impl ::core::marker::Copy for Size {}

impl ::core::clone::Clone for Size {
    fn clone(&self) -> Self {
        *self
    }
}

fn is_plain<T: ::zkarena::Plain + ::zkarena::Zeroable>(value: T) -> T {
    value
}

fn main() {
    let copy = is_plain(Copy {
        value: 1,
        fields: is_plain(Size(2)),
        r#type: [3, 4],
    });
    ::std::assert_eq!((copy.value, copy.fields.0, copy.r#type), (1, 2, [3, 4]));
}
