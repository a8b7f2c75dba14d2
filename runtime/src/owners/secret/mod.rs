//! Secrets: values that are wiped where they lie, and the label of vectors that hold them.

mod label;
mod safe;
mod value;

pub use label::{Label, MayLeave, Public};
pub use safe::SecretSafe;
pub use value::Secret;
