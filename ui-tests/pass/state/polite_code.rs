//! What the derive writes needs no prelude, no name of the crate, and no `unsafe`.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, missing_debug_implementations)]

extern crate zkarena as renamed;

/// Shadows what generated code would name if it were careless.
pub mod option {}

/// A public state.
#[derive(::core::fmt::Debug, renamed::KeyedState)]
#[state(key = u32, domains(frame < run), crate = ::renamed)]
pub struct Slot {
    #[state(flag, rollback = run)]
    read: ::core::primitive::bool,
    #[state(init, rollback = never)]
    initial: u64,
    #[state(rollback = frame)]
    write: ::core::option::Option<u64>,
    #[state(rollback = run)]
    value: u8,
}

fn main() {
    let mut slots = SlotStates::new_in(::renamed::Home::Heap);
    let kept: ::core::result::Result<(), ()> = slots.run(|slots| {
        slots.entry(1, || 5).replace_write(6);
        ::core::result::Result::Ok(())
    });
    ::core::assert!(kept.is_ok());
    ::core::assert!(slots.entry(1, || 0).write().is_some());
}
