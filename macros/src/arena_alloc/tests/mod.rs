//! The derives: what they say, and what they write.

mod check;
mod expand;

use crate::names::test::{text, tokens};
