//! Atomics: in a module of their own, as loom's model of the lock (`tests/lock_excludes_and_wakes.rs`)
//! puts loom's in their place.
#![forbid(unsafe_code)]

pub(crate) use std::sync::atomic;
