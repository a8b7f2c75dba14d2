//! Low-degree extensions in the poly arena of a phase: no buffer is there twice.
//!
//! | file | role |
//! |---|---|
//! | `lde` | extensions in the arena: what knows where their rows are |
//! | `transform`, `passes` | the transforms of an extension, in the memory that it takes anyway |
//! | `evaluations` | the rows that constraints are evaluated on |
//! | `mmcs` | the tree, in the shape that FRI's query phase asks for |
//! | `pcs` | the commitment scheme |

mod evaluations;
mod lde;
mod mmcs;
mod passes;
mod pcs;
mod transform;

pub use evaluations::Evaluations;
pub use lde::{Block, Lde};
pub use mmcs::Tree;
pub use pcs::ArenaPcs;
