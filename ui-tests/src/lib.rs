//! Fixtures live in `fail/`, `fail-codes/`, `pass/` and `clippy/`, one folder per rule.
//!
//! `tests/fixtures.rs` and `tests/codes/` run them; `tests/catalogue.rs` checks that each message of
//! the attributes has one.
