//! Bump arenas on spans: what a phase cuts its blocks from.
//!
//! ```text
//! chunk | block | block | pad | block |        room         |
//!       start                         finger                limit
//! ```
//!
//! An arena never runs destructors and never reuses memory that somebody may still hold: only a
//! block that its owner gives back, and everything at once when the phase ends.

mod bump;
mod kind;
mod pages;
mod scratch;

pub(crate) use bump::{Bump, GRAIN, LARGE, block_end, is_large};
pub use kind::{ArenaKind, Footprint, LayoutDigest};
pub(crate) use pages::{Pages, WholePages};
pub(crate) use scratch::Scratch;
