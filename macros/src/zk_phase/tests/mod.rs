//! The rooms of `#[zk_phase]`, one file each.

mod args;
mod check;
mod expand;

use crate::names::test::{text, tokens};
