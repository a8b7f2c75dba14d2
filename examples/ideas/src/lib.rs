//! The ideas of zkarena, one short program each: read them in order, in `src/bin`.
//!
//! ```text
//! cargo run -p zkarena-ideas --bin 01_first_phase
//! ```
#![forbid(unsafe_code)]
