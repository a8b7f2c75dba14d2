//! Under `AddressSanitizer` (see `.ci/asan`) a touch of a freed block, or of one behind its end, is an error.
#![cfg(zkarena_asan)]

mod common;

use common::child::{command, is_child, run};
use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
use zkarena::PhaseAlloc;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

const BYTES: usize = 20_000;

fn layout() -> Layout {
    Layout::from_size_align(BYTES, 8).expect("a layout")
}

/// Runs `touch` in a child, which the sanitizer must end.
fn is_caught(name: &str, touch: impl FnOnce()) {
    if is_child(name) {
        return touch();
    }
    let ended = run(&mut command(name));
    assert!(
        !ended.status.success() && ended.stderr.contains("use-after-poison"),
        "{ended}"
    );
}

/// Reads a byte that nobody may read: undefined, and an error that the sanitizer shows.
fn read(at: *const u8) {
    // SAFETY: none: that is what the sanitizer is to find.
    std::hint::black_box(unsafe { at.read_volatile() });
}

fn block() -> *mut u8 {
    // SAFETY: the size is not zero.
    let block = unsafe { alloc(layout()) };
    assert!(!block.is_null());
    block
}

#[test]
fn a_freed_block() {
    is_caught("a_freed_block", || {
        let block = block();
        // SAFETY: live, with this layout.
        unsafe { dealloc(block, layout()) };
        read(block);
    });
}

#[test]
fn behind_the_end() {
    is_caught("behind_the_end", || read(block().wrapping_add(BYTES)));
}

#[test]
fn behind_the_end_of_zeros() {
    is_caught("behind_the_end_of_zeros", || {
        // SAFETY: the size is not zero.
        let block = unsafe { alloc_zeroed(layout()) };
        assert!(!block.is_null());
        read(block.wrapping_add(BYTES));
    });
}

#[test]
fn a_tail_that_was_cut_off() {
    is_caught("a_tail_that_was_cut_off", || {
        // SAFETY: live, with this layout; the new size is not zero.
        let block = unsafe { realloc(block(), layout(), 5000) };
        read(block.wrapping_add(5000));
    });
}

#[test]
fn what_is_grown_into_may_be_touched() {
    let grown = |bytes| {
        // SAFETY: live, with this layout; the new size is not zero.
        let block = unsafe { realloc(block(), layout(), bytes) };
        read(block.wrapping_add(bytes - 1));
        // SAFETY: live, with this layout.
        unsafe { dealloc(block, Layout::from_size_align(bytes, 8).expect("a layout")) };
    };
    [BYTES + 1, 2 * BYTES, 100 * BYTES]
        .into_iter()
        .for_each(grown);
}
