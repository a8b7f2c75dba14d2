//! A [Plonky3](https://github.com/Plonky3/Plonky3) commitment scheme whose low-degree extensions
//! live in the poly arena of a phase, or in tiles in a file.
#![deny(unsafe_code)]

mod evaluations;
mod lde;
mod mmcs;
mod passes;
mod pcs;
mod points;
mod prover;
mod scheme;
mod stream;
mod transform;

pub use evaluations::Evaluations;
pub use lde::{Block, Lde};
pub use mmcs::Tree;
pub use pcs::ArenaPcs;
pub use prover::{ArenaProver, ArenaTrace};
pub use scheme::Scheme;
pub use stream::{
    AsIs, Committed, FieldSponge, LowMemory, LowMemoryError, MerkleParts, RowSponge, StreamError,
    StreamEvaluations, StreamFamily, StreamPcs, StreamProver, StreamTrace, StreamTree, Tiling,
    TraceWriting, TreeOf, WordSponge,
};
