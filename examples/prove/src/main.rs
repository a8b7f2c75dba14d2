//! Proves.
fn main() {}
