//! A borrow of the phase in the last expression ends before the phase does, in every edition.
#![forbid(unsafe_code)]
#![deny(warnings, rust_2018_idioms)]

use std::cell::RefCell;
use std::sync::Mutex;
use zkarena::{scope, witness, zk_phase};

#[zk_phase]
fn borrowed_cell() -> usize {
    RefCell::new(phase.vec_from(&[1, 2])).borrow().len()
}

#[zk_phase]
fn lock(rows: &Mutex<Vec<u32>>) -> u32 {
    rows.lock().expect("no panic").iter().sum()
}

#[zk_phase]
fn a_chain_of_temporaries() -> u32 {
    phase.vec_from(&[1, 2]).iter().map(|row| row + 1).sum()
}

#[zk_phase]
fn matched() -> Option<u32> {
    match phase.boxed(RefCell::new(3)).borrow_mut() {
        row => Some(*row),
    }
}

#[zk_phase]
fn if_let() -> u32 {
    if let Some(row) = RefCell::new(phase.vec_from(&[4])).borrow().first() { *row } else { 0 }
}

#[zk_phase]
fn scopes() -> usize {
    scope!(tmp in phase => { RefCell::new(tmp.vec_from(&[1])).borrow().len() })
}

#[witness]
fn apart() -> usize {
    RefCell::new(phase.vec_from(&[1, 2])).borrow().len()
}

#[witness]
fn parameter(rows: Mutex<Vec<u32>>) -> u32 {
    rows.lock().expect("no panic").iter().sum()
}

#[global_allocator]
static ALLOC: zkarena::PhaseAlloc = zkarena::PhaseAlloc::new();

#[zk_phase]
fn main() {
    assert_eq!((apart(), parameter(Mutex::new(vec![1, 2]))), (2, 3));
    assert_eq!((borrowed_cell(), a_chain_of_temporaries()), (2, 5));
    assert_eq!(lock(&Mutex::new(vec![1, 2])), 3);
    assert_eq!((matched(), if_let(), scopes()), (Some(3), 4, 1));
}
