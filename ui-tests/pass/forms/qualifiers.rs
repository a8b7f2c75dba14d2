use std::panic::Location;
use zkarena::{witness, zk_phase};

/// # Safety
/// `row` is valid for reads.
#[zk_phase]
unsafe fn read(row: *const u32) -> u32 {
    unsafe { *row }
}

#[zk_phase]
extern "C" fn double(row: u32) -> u32 {
    row * 2
}

#[zk_phase]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zkarena_fixture_triple(row: u32) -> u32 {
    row * 3
}

/// # Safety
/// `row` is valid for reads.
#[witness]
#[inline(never)]
unsafe fn read_apart(row: *const u32) -> u32 {
    unsafe { *row }
}

#[zk_phase]
#[witness]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zkarena_fixture_apart(row: u32) -> u32 {
    row * 4
}

#[zk_phase]
#[track_caller]
fn caller() -> u32 {
    Location::caller().line()
}

#[zk_phase]
#[inline(never)]
#[must_use]
#[cfg_attr(all(), doc = "An attribute behind a condition.")]
fn decorated(#[allow(unused_variables)] unused: u32) -> u32 {
    4
}

#[cfg(any())]
#[zk_phase]
fn left_out() {}

#[global_allocator]
static ALLOC: zkarena::PhaseAlloc = zkarena::PhaseAlloc::new();

fn main() {
    let callback: extern "C" fn(u32) -> u32 = double;
    assert_eq!(unsafe { read(&1) }, 1);
    assert_eq!(unsafe { read_apart(&1) + zkarena_fixture_apart(1) }, 5);
    assert_eq!(callback(1), 2);
    assert_eq!(unsafe { zkarena_fixture_triple(1) }, 3);
    assert_eq!(caller(), line!());
    assert_eq!(decorated(0), 4);
}
