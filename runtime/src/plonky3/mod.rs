//! Commitment schemes for [Plonky3](https://github.com/Plonky3/Plonky3) whose low-degree extensions are in
//! the poly arena of a phase ([`ArenaPcs`]), or in tiles in a file ([`StreamPcs`]).
//!
//! Both are `TwoAdicFriPcs` for everyone else: the same commitments, openings and transcript, for any
//! two-adic field, DFT, Merkle tree and blowup. So the published `p3_uni_stark::prove` runs on them, and the
//! published `verify` takes what it returns.
//!
//! [`prove_lowmem`] proves in a given memory.
//!
//! What they do not do: hiding commitments, preprocessed columns, constraints of a degree above the blowup.

mod arena;
mod points;
mod reduced;
mod scheme;
mod stream;

pub use arena::{ArenaPcs, Block, Evaluations, Lde, Tree};
pub use scheme::Scheme;
pub use stream::{
    Again, AsIs, Committed, FieldSponge, LowMemory, LowMemoryError, MerkleParts, ProverAir,
    PublishedConfig, RowSource, StreamConfig, StreamError, StreamEvaluations, StreamPcs,
    StreamTrace, StreamTree, Tiling, TraceWriting, Transcript, WordSponge, least_memory,
    least_memory_beside, prove_lowmem, prove_streamed,
};
