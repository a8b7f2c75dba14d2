//! The rooms of `#[zk_phase]`, one file each.

mod args;
mod check;
mod expand;
mod lowmem;
mod witness;

use crate::names::test::{text, tokens};
