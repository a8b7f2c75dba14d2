//! A map or a set for each fact.

use super::rollback::{RollbackMap, RollbackSet};
use super::{Ended, Seen, Slots, Wrote};
use crate::dedup::{Change, Dedup};
use crate::word::{SlotKey, U256};
use crate::world;
use std::collections::BTreeMap;

/// As `vm2` had them to begin with.
#[derive(Debug, Default)]
pub(crate) struct FiveMaps {
    changes: RollbackMap<U256>,
    paid: RollbackMap<u32>,
    read: RollbackSet,
    written: RollbackSet,
    /// Never taken back.
    initial: BTreeMap<SlotKey, U256>,
    probes: u64,
}

/// Where the journals were.
#[derive(Clone, Debug)]
struct Snapshot {
    changes: usize,
    paid: usize,
    read: usize,
    written: usize,
}

impl FiveMaps {
    fn initial(&mut self, key: &SlotKey) -> U256 {
        self.probes += 1;
        let entry = self.initial.entry(*key);
        *entry.or_insert_with(|| world::initial(key))
    }

    const fn snapshot(&self) -> Snapshot {
        Snapshot {
            changes: self.changes.snapshot(),
            paid: self.paid.snapshot(),
            read: self.read.snapshot(),
            written: self.written.snapshot(),
        }
    }
}

impl Slots for FiveMaps {
    fn read(&mut self, key: &SlotKey) -> Seen {
        self.probes += 2;
        let value = self.changes.get(key);
        let value = value.unwrap_or_else(|| self.initial(key));
        let refund = world::read_refund(!self.read.add(key));
        Seen { value, refund }
    }

    fn write(&mut self, key: &SlotKey, value: U256) -> Wrote {
        self.probes += 3;
        let initial = self.initial(key);
        let before = self.changes.insert(key, value).unwrap_or(initial);
        let paid = world::update_cost(initial, value);
        let prepaid = self.paid.insert(key, paid).unwrap_or(0);
        let was_written = !self.written.add(key);
        let was_read = !was_written && {
            self.probes += 1;
            self.read.contains(key)
        };
        Wrote {
            before,
            refund: world::write_refund(was_written, was_read),
            cost: paid.cast_signed() - prepaid.cast_signed(),
        }
    }

    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        let snapshot = self.snapshot();
        let ended = body(self);
        if ended.is_err() {
            self.changes.roll_back(snapshot.changes);
            self.paid.roll_back(snapshot.paid);
        }
        ended
    }

    fn transaction(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        let snapshot = self.snapshot();
        let ended = self.frame(body);
        if ended.is_err() {
            self.read.roll_back(snapshot.read);
            self.written.roll_back(snapshot.written);
        }
        self.changes.forget();
        self.paid.forget();
        self.read.forget();
        self.written.forget();
        ended
    }

    fn probes(&self) -> u64 {
        self.probes
    }

    fn undo_bytes(&self) -> usize {
        self.changes.undo_bytes()
            + self.paid.undo_bytes()
            + self.read.undo_bytes()
            + self.written.undo_bytes()
    }

    fn dedup(&mut self) -> Option<Dedup> {
        let slots = self.initial.iter().map(|(key, &first_read)| {
            let last_write = self.changes.get(key).unwrap_or(first_read);
            let change = Change {
                first_read,
                last_write,
            };
            (*key, change)
        });
        Some(Dedup::of_sorted(slots))
    }
}
