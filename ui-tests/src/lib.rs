//! Fixtures live in `fail/` and `pass/`, one folder per rule.
//!
//! `tests/fixtures.rs` runs them; `tests/catalogue.rs` checks that each message of the attributes
//! has one.
