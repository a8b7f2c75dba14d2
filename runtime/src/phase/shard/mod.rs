//! The memory of one phase: a shard per thread, and the pages that all of them are cut from.
//!
//! ```text
//! Core   | empty | shared | seat 0 | seat 1 | ..                      | header |
//! Shard  | poly: finger, limit | witness: .. | scratch: ..  |   one thread's, on its own cache lines
//! ```

mod alloc;
mod budget;
mod core;
mod held;
mod owned;
mod owner;
mod resize;
mod seat;

pub(super) use core::{Core, Place};
pub(super) use owner::{Owner, after_fork, before_fork};
pub(crate) use resize::abandoned_by_thread;
