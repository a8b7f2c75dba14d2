//! What a function with `#[zk_phase]` does, seen by a stand-in for the facade.

mod lifetime;
mod options;
mod site;
mod spy;
mod witness;
