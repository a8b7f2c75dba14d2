//! The deduplicated storage changes of a batch, and a fold that derives them from its accesses.

use crate::access::{Access, Kind};
use crate::word::{SlotKey, U256};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A slot before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) first_read: U256,
    pub(crate) last_write: U256,
}

/// What a batch does to storage, each slot once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dedup {
    /// Slots that are another than before.
    pub(crate) writes: usize,
    /// Slots that are as before: that they were is a part of what is proved.
    pub(crate) protective_reads: usize,
    /// BLAKE3 of all slots, in the order of their keys.
    pub(crate) digest: String,
}

impl Dedup {
    /// Of slots in the order of their keys.
    pub(crate) fn of_sorted(slots: impl Iterator<Item = (SlotKey, Change)>) -> Self {
        let mut hash = blake3::Hasher::new();
        let (mut writes, mut protective_reads) = (0, 0);
        for (key, change) in slots {
            let is_write = change.first_read != change.last_write;
            *(if is_write {
                &mut writes
            } else {
                &mut protective_reads
            }) += 1;
            hash.update(&key.address);
            hash.update(&key.slot.to_bytes());
            hash.update(&change.first_read.to_bytes());
            hash.update(&change.last_write.to_bytes());
        }
        Self {
            writes,
            protective_reads,
            digest: hash.finalize().to_hex().to_string(),
        }
    }
}

/// Derives the changes from accesses alone, one after another, without the facts that a VM keeps.
#[derive(Debug, Default)]
pub(crate) struct StorageDedup {
    changes: HashMap<SlotKey, Change>,
}

impl StorageDedup {
    pub(crate) fn see(&mut self, access: &Access) {
        if access.kind == Kind::Passing {
            return;
        }
        let change = self.changes.entry(access.key).or_insert(Change {
            first_read: access.before,
            last_write: access.after,
        });
        change.last_write = access.after;
    }

    pub(crate) fn dedup(&self) -> Dedup {
        let mut slots: Vec<_> = self.changes.iter().map(|(k, c)| (*k, *c)).collect();
        slots.sort_unstable_by_key(|(key, _)| *key);
        Dedup::of_sorted(slots.into_iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_undone_leaves_a_protective_read() {
        let mut fold = StorageDedup::default();
        let (one, two) = (U256::random(1), U256::random(2));
        let write = Access::write(SlotKey::random(1), one, two);
        fold.see(&write);
        assert_eq!(fold.dedup().writes, 1);
        fold.see(&write.undone());
        fold.see(&Access::passing(one));
        let dedup = fold.dedup();
        assert_eq!((dedup.writes, dedup.protective_reads), (0, 1));
    }

    #[test]
    fn digests_tell_values_apart() {
        let digest = |value| {
            let mut fold = StorageDedup::default();
            fold.see(&Access::read(SlotKey::random(1), value));
            fold.dedup().digest
        };
        assert_eq!(digest(U256::random(1)), digest(U256::random(1)));
        assert_ne!(digest(U256::random(1)), digest(U256::random(2)));
    }
}
