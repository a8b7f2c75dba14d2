//! Low-degree extensions in a file: what is in memory at a time is a band of columns, or a few tiles.
//!
//! ```text
//!             band 0   band 1          each tile: some rows of one band, in groups of 16 rows; in a group
//!            +--------+--------+ ..    one column is behind the other, so that a pack of rows is one load
//!  values    | tile 0 | tile 1 |
//!  on gK     | tile 2 | tile 3 |       All bands of the same rows lie together in the file: a window.
//!            +--------+--------+ ..    Rows are in natural order.
//! ```
//!
//! - **The trace** is in the file too: column by column as narrow as what is in it.
//! - **Extension** goes band by band, in place, with the published DFT.
//! - **Leaves of the Merkle tree** absorb each band as it passes by: there is one sponge state for each row,
//!   and nothing is read back.
//! - **Constraints** read windows, the next one ahead.
//! - **Openings** read the trace, which determines the polynomials and is much smaller.
//!
//! | file | role |
//! |---|---|
//! | `shape`, `window` | where rows are in the file, and some of them in memory |
//! | `bands`, `narrow`, `decoder` | columns on their way from the file, and how few bytes they take there |
//! | `medium` | the store, and the first error of those who cannot return one |
//! | `lde` | extensions on their way to the file, and in it |
//! | `trace` | a trace that is in the file before it is committed |
//! | `matrix` | a committed matrix: its extension, and what determines its polynomials |
//! | `sponge`, `leaves` | hashes of rows that come in pieces |
//! | `commit` | a commitment in the making |
//! | `mmcs` | the tree, in the shape that FRI's query phase asks for |
//! | `evaluations` | the rows that constraints are evaluated on |
//! | `pcs` | the commitment scheme |
//! | `budget`, `within` | what fits in a given memory |
//! | `rows`, `prover` | rows that come some at a time, and their proof |

mod bands;
mod budget;
mod commit;
mod decoder;
mod error;
mod evaluations;
mod lde;
mod leaves;
mod matrix;
mod medium;
mod mmcs;
mod narrow;
mod pcs;
mod prover;
mod rows;
mod shape;
mod sponge;
mod trace;
mod window;
mod within;

pub use error::StreamError;
pub use evaluations::StreamEvaluations;
pub use medium::Tiling;
pub use mmcs::{AsIs, Committed, MerkleParts, StreamTree};
pub use pcs::StreamPcs;
pub use prover::{
    ProverAir, PublishedConfig, StreamConfig, Transcript, least_memory, least_memory_beside,
    prove_lowmem, prove_streamed,
};
pub use rows::{Again, RowSource};
pub use sponge::{FieldSponge, WordSponge};
pub use trace::{StreamTrace, TraceWriting};
pub use within::{LowMemory, LowMemoryError};
