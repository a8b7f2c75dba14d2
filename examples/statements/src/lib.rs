//! The published provers, as statements.
