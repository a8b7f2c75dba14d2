//! Fixtures live in `fail/` and `pass/`; `tests/fixtures.rs` runs them.
