//! Low-degree extensions in a file: what is in memory at a time is a band of columns, or a few tiles.
//!
//! ```text
//!                  band 0   band 1          each tile: some rows of one band, as they lie in memory
//!                 +--------+--------+ ..
//!  values on gH   | tile 0 | tile 1 |       All bands of the same rows lie together in the file: a window.
//!                 | tile 2 | tile 3 |
//!                 +--------+--------+ ..
//!  on gwH         |        |        |       The cosets of H in gK, one behind the other, rows in natural
//!                 +--------+--------+ ..    order: row `i` of `gK` is row `i / blowup` of coset `i % blowup`.
//! ```
//!
//! - **Extension** goes band by band: some columns are interpolated, and evaluated on each coset.
//! - **Leaves of the Merkle tree** absorb each band as it passes by: there is one sponge state for each row,
//!   and nothing is read back.
//! - **Constraints** read windows: the next row of the trace is the next row of the same coset.
//! - **Openings** read the first coset only, which determines the polynomials.
//!
//! | file | role |
//! |---|---|
//! | `shape`, `window` | where rows are in the file, and some of them in memory |
//! | `medium` | the store, and the first error of those who cannot return one |
//! | `lde` | extensions on their way to the file, and in it |
//! | `trace` | a trace that is in the file before it is committed |
//! | `sponge`, `leaves` | hashes of rows that come in pieces |
//! | `commit` | a commitment in the making |
//! | `mmcs` | the tree, in the shape that FRI's query phase asks for |
//! | `evaluations` | the rows that constraints are evaluated on |
//! | `pcs` | the commitment scheme |
//! | `families`, `prover` | the published statements, proved with it |

mod commit;
mod error;
mod evaluations;
mod families;
mod lde;
mod leaves;
mod medium;
mod mmcs;
mod pcs;
mod prover;
mod shape;
mod sponge;
mod trace;
mod window;

pub use error::StreamError;
pub use evaluations::StreamEvaluations;
pub use families::{StreamFamily, TreeOf};
pub use medium::Tiling;
pub use mmcs::{AsIs, Committed, MerkleParts, StreamTree};
pub use pcs::StreamPcs;
pub use prover::StreamProver;
pub use sponge::{FieldSponge, RowSponge, WordSponge};
pub use trace::{StreamTrace, TraceWriting};
