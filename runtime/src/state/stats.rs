//! What a keyed state has done and holds.
#![forbid(unsafe_code)]

use crate::size::Bytes;

/// What a keyed state has done and holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateStats {
    /// Keys, each with an entry.
    pub entries: usize,
    /// Searches of the index by `entry`: one for each call, whether the key was there or not.
    pub probes: u64,
    /// How often the index was made anew for more entries.
    pub growths: u64,
    /// Old fields in the undo logs.
    pub undo_records: usize,
    /// Checkpoints that are open.
    pub checkpoints: usize,
    /// Bytes of the entries' blocks, used or not.
    pub entry_bytes: Bytes,
    /// Bytes of the index.
    pub index_bytes: Bytes,
    /// Bytes of the undo logs' blocks and of the open checkpoints.
    pub undo_bytes: Bytes,
}

impl StateStats {
    /// All bytes of the state: entries, index, undo logs and checkpoints.
    pub const fn bytes(&self) -> Bytes {
        Bytes(self.entry_bytes.0 + self.index_bytes.0 + self.undo_bytes.0)
    }
}
