//! One entry for each slot, in the arena of a phase.

use super::{Ended, Seen, Slots, Wrote};
use crate::dedup::{Change, Dedup};
use crate::word::{SlotKey, U256};
use crate::world;
use zkarena::KeyedState;

/// What is known of a slot.
#[derive(Clone, Copy, Debug, PartialEq, KeyedState)]
#[state(key = SlotKey, domains(frame < run))]
pub(crate) struct Slot {
    #[state(flag, rollback = run)]
    read: bool,
    #[state(flag, rollback = run)]
    written: bool,
    #[state(init, rollback = never)]
    initial: U256,
    #[state(rollback = frame)]
    write: Option<Write>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Write {
    value: U256,
    paid: u32,
}

impl Slots for SlotStates<'_> {
    fn read(&mut self, key: &SlotKey) -> Seen {
        let mut slot = self.entry(*key, || world::initial(key));
        let write = slot.write();
        Seen {
            value: write.map_or_else(|| slot.initial(), |write| write.value),
            refund: world::read_refund(!slot.mark_read()),
        }
    }

    fn write(&mut self, key: &SlotKey, value: U256) -> Wrote {
        let mut slot = self.entry(*key, || world::initial(key));
        let initial = slot.initial();
        let paid = world::update_cost(initial, value);
        let old = slot.replace_write(Write { value, paid });
        let prepaid = old.map_or(0, |old| old.paid);
        Wrote {
            before: old.map_or(initial, |old| old.value),
            refund: world::write_refund(!slot.mark_written(), slot.read()),
            cost: paid.cast_signed() - prepaid.cast_signed(),
        }
    }

    fn frame(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        SlotStates::frame(self, body)
    }

    fn transaction(&mut self, body: impl FnOnce(&mut Self) -> Ended) -> Ended {
        self.run(body)
    }

    fn probes(&self) -> u64 {
        self.stats().probes
    }

    fn undo_bytes(&self) -> usize {
        usize::try_from(self.stats().undo_bytes.0).unwrap_or(usize::MAX)
    }

    fn dedup(&mut self) -> Option<Dedup> {
        let slots = self.iter_sorted().map(|(key, slot)| {
            let first_read = slot.initial;
            let last_write = slot.write.map_or(first_read, |write| write.value);
            let change = Change {
                first_read,
                last_write,
            };
            (*key, change)
        });
        Some(Dedup::of_sorted(slots))
    }
}
