//! The published statements, proved with the commitment schemes of [`zkarena::plonky3`].
#![forbid(unsafe_code)]

mod families;
mod prover;
mod stream;

pub use families::{StreamFamily, TreeOf};
pub use prover::{ArenaProver, ArenaTrace};
pub use stream::StreamProver;
