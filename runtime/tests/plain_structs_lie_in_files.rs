//! Structs with `derive(Plain)` come back from a file as they were, in all forms that a struct can have.

mod common;

use common::disk::Folder;
use std::fmt::Debug;
use zkarena::{Phase, PhaseGuard, Plain, Plan, site};

#[derive(Clone, Copy, Debug, PartialEq, Plain)]
#[repr(C)]
struct Cell {
    row: u32,
    column: u32,
    values: [Felt; 3],
}

#[derive(Clone, Copy, Debug, PartialEq, Plain)]
#[repr(transparent)]
struct Felt(u64);

#[derive(Clone, Copy, Debug, PartialEq, Plain)]
#[repr(C)]
struct Padded(u8, [u8; 3], f32);

#[derive(Clone, Copy, Debug, PartialEq, Plain)]
#[repr(C, packed)]
struct Packed {
    tag: u8,
    value: u32,
}

fn comes_back<T: Plain + Debug + PartialEq>(values: &[T]) {
    let folder = Folder::new();
    let store = folder.store();
    let mut writing = store.write(values.len()).expect("room");
    writing.append(values).expect("a write");
    let stored = writing.freeze().expect("written");
    let guard = PhaseGuard::root(site!("read"), Plan::new());
    let found = zeroed(guard.handle(), values.len());
    stored.read_into(0..values.len(), found).expect("a read");
    assert_eq!(found, values);
}

/// `Plain` is `Zeroable`, too.
fn zeroed<T: Plain>(phase: Phase<'_>, len: usize) -> &mut [T] {
    phase.zeroed(len)
}

#[test]
fn as_they_were() {
    let cell = |row: u32| Cell {
        row,
        column: !row,
        values: [1, 2, 3].map(|factor| Felt((u64::from(row) * factor) << 30)),
    };
    comes_back(&(0..10_000).map(cell).collect::<Vec<_>>());
    comes_back(&[Felt(1), Felt(u64::MAX)]);
    comes_back(&[Padded(1, [2, 3, 4], 5.5), Padded(6, [0; 3], -1.0)]);
    let packed = |tag: u8| Packed {
        tag,
        value: u32::from(tag) << 24 | 1,
    };
    comes_back(&(0..=255).map(packed).collect::<Vec<_>>());
}
