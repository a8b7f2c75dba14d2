//! A map for each way to go back.

use super::rollback::RollbackMap;
use super::{Ended, Seen, Slots, Wrote};
use crate::dedup::{Change, Dedup};
use crate::word::{SlotKey, U256};
use crate::world;
use std::collections::BTreeMap;

const READ: u8 = 1;
const WRITTEN: u8 = 2;

/// Facts with the same rollback share a map.
#[derive(Debug, Default)]
pub(crate) struct ThreeMaps {
    writes: RollbackMap<Write>,
    /// `READ` and `WRITTEN`.
    flags: RollbackMap<u8>,
    /// Never taken back.
    initial: BTreeMap<SlotKey, U256>,
    probes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Write {
    value: U256,
    paid: u32,
}

impl ThreeMaps {
    fn initial(&mut self, key: &SlotKey) -> U256 {
        self.probes += 1;
        let entry = self.initial.entry(*key);
        *entry.or_insert_with(|| world::initial(key))
    }
}

impl Slots for ThreeMaps {
    fn read(&mut self, key: &SlotKey) -> Seen {
        self.probes += 2;
        let write = self.writes.get(key);
        let value = write.map_or_else(|| self.initial(key), |write| write.value);
        let flags = self.flags.update(key, |flags| flags | READ);
        let refund = world::read_refund(flags & READ != 0);
        Seen { value, refund }
    }

    fn write(&mut self, key: &SlotKey, value: U256) -> Wrote {
        self.probes += 2;
        let initial = self.initial(key);
        let paid = world::update_cost(initial, value);
        let old = self.writes.insert(key, Write { value, paid });
        let prepaid = old.map_or(0, |old| old.paid);
        let flags = self.flags.update(key, |flags| flags | WRITTEN);
        Wrote {
            before: old.map_or(initial, |old| old.value),
            refund: world::write_refund(flags & WRITTEN != 0, flags & READ != 0),
            cost: paid.cast_signed() - prepaid.cast_signed(),
        }
    }

    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        let snapshot = self.writes.snapshot();
        let ended = body(self);
        if ended.is_err() {
            self.writes.roll_back(snapshot);
        }
        ended
    }

    fn transaction(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        let snapshot = self.flags.snapshot();
        let ended = self.frame(body);
        if ended.is_err() {
            self.flags.roll_back(snapshot);
        }
        self.writes.forget();
        self.flags.forget();
        ended
    }

    fn probes(&self) -> u64 {
        self.probes
    }

    fn undo_bytes(&self) -> usize {
        self.writes.undo_bytes() + self.flags.undo_bytes()
    }

    fn dedup(&mut self) -> Option<Dedup> {
        let slots = self.initial.iter().map(|(key, &first_read)| {
            let write = self.writes.get(key);
            let change = Change {
                first_read,
                last_write: write.map_or(first_read, |write| write.value),
            };
            (*key, change)
        });
        Some(Dedup::of_sorted(slots))
    }
}
