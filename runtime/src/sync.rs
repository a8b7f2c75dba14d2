//! Atomics and locks: in a module of their own, as loom's models (`tests/lock_excludes_and_wakes.rs`,
//! `tests/gates_wake_who_may_enter.rs`) put loom's in their place.
#![forbid(unsafe_code)]

pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, atomic};
