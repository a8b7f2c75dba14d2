//! State that rolls back: one dense entry per key, undo logs, and the small pieces without keys.
#![forbid(unsafe_code)]

mod cell;
mod changes;
mod checkpoint;
mod domain;
mod entry;
mod frame;
mod index;
mod iter;
mod log;
mod segments;
mod states;
mod stats;
mod undo;

pub use cell::RollbackCell;
pub use changes::{Change, Changes};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use domain::{Entries, Fact, Keep, KeyedState, RollbackDomain, StateKey};
pub use entry::StateEntry;
pub use frame::{Reverting, within};
pub use iter::Sorted;
pub use log::RollbackLog;
pub use states::States;
pub use stats::StateStats;
pub use undo::{Log, Logs, Undo};
