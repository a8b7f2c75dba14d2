//! The memory system of zero-knowledge provers.
//!
//! One line makes library code that only speaks `Vec` fast; one attribute measures it:
//!
//! ```
//! use zkarena::{zk_phase, PhaseAlloc};
//!
//! #[global_allocator]
//! static ALLOC: PhaseAlloc = PhaseAlloc::new();
//!
//! #[zk_phase]
//! fn prove_batch(rows: usize) -> Vec<u64> {
//!     vec![1; rows] // an unmodified prover in here
//! }
//!
//! let proof = prove_batch(1 << 16); // values may outlive their phase
//! assert_eq!(proof.len(), 1 << 16);
//! println!("{}", zkarena::report());
//! ```

// Under loom the crate is empty: the model includes what it is about, and the statics cannot be loom's.
#![cfg(not(loom))]

extern crate self as zkarena;

mod alloc;
mod arena;
mod environment;
mod error;
pub mod kernels;
mod layout;
mod lock;
pub mod ops;
mod os;
mod owners;
mod phase;
mod plain;
#[cfg(feature = "plonky3")]
pub mod plonky3;
mod region;
mod size;
mod small;
mod spans;
mod state;
mod store;
mod sync;
mod trace;
mod wipe;

pub use alloc::PhaseAlloc;
pub use arena::{ArenaKind, Footprint, LayoutDigest};
pub use error::AllocError;
pub use owners::{
    ArenaAlloc, Basis, BitReversed, Build, Coeffs, Detach, Drain, Evals, FileBacked, FilePoly,
    Home, IntoIter, Label, Natural, Order, PBox, PVec, Poly, PolyMut, PolyRef, Public, Reservation,
    Reserved, Secret, SecretSafe,
};
pub use phase::{
    AllocatorState, ArenaStats, Bound, Growth, Local, Lowmem, LowmemStats, Phase, PhaseGuard,
    PhaseReport, PhaseStats, PhaseTag, Plan, Prefer, Report, ReservationReport, Retention,
    ScopedPhase, Site, SiteReport, StoreReport, Survivors, TimelinePoint, TraceReport,
    WitnessStats, phase, report, retention, set_retention, trim, wipe_thread, with_phase,
};
pub use plain::{NoDrop, Plain, Zeroable};
pub use size::{Bytes, ParseBytesError};
pub use spans::{HeapStats, LockPolicy, PagePolicy, ProtectionReport, protection};
pub use state::{
    Change, Changes, Checkpoint, CheckpointError, Fact, KeyedState, RollbackCell, RollbackDomain,
    RollbackLog, Sorted, StateEntry, StateKey, StateStats, States,
};
pub use store::{
    Mapped, MappedWriting, Placement, Store, StoreError, StorePlan, StoreStats, Stored, Tile,
    Tiles, Tried, Writing, WritingTiles,
};
pub use trace::{
    Record, Records, Skip, TraceFold, TraceGate, TraceLog, TraceMode, TraceSkipped, Twin,
};
pub use zkarena_macros::{ArenaAlloc, Detach, KeyedState, Plain, lowmem, scope, witness, zk_phase};

/// What generated code names; not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::__plain_struct as plain_struct;
    pub use crate::arena::Footprint;
    pub use crate::error::AllocError;
    pub use crate::owners::{
        ArenaAlloc, ArenaTypesMustNotImplDrop, Build, Detach, FileBacked, Home, MayLeave,
        Reservation, Reserved, Secret, SecretSafe, block_end,
    };
    pub use crate::phase::{
        Lowmem, Phase, PhaseGuard, Plan, Prefer, Site, ThreadWipe, check_library_file,
    };
    pub use crate::state::{
        Checkpoint, Entries, Keep, KeyedState, Log, Logs, Reverting, RollbackDomain, StateEntry,
        States, Undo, within,
    };
    pub use crate::trace::{Record, Skip, TraceLog, TraceMode};
    pub use crate::wipe::Apart;
}

/// The README's examples are compiled and run as tests.
#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
#[derive(Debug)]
pub struct Readme;
