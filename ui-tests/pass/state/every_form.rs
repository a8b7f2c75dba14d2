//! Flags, options, values and an `init`, with domains, one, or none; an entry that is its own.
#![deny(warnings)]

use zkarena::{KeyedState, with_phase};

/// A slot of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotKey {
    address: [u8; 20],
    slot: [u8; 32],
}

#[derive(Clone, Copy, Default, PartialEq)]
pub struct Write {
    value: [u64; 4],
    paid: u32,
}

#[derive(KeyedState)]
#[state(key = SlotKey, domains(frame < transaction < run))]
pub struct Slot {
    #[state(flag, rollback = run)]
    r#type: bool,
    #[state(init, rollback = never)]
    initial: (u64, u64),
    #[state(rollback = frame)]
    write: Option<Write>,
    #[state(rollback = transaction)]
    count: u32,
}

#[derive(KeyedState)]
#[state(key = u8)]
struct Nothing {}

// Names that generated code uses itself.
#[derive(KeyedState)]
#[state(key = u8, domains(entries))]
struct T {
    #[state(init, rollback = never)]
    key: u8,
    #[state(rollback = entries)]
    value: Option<u8>,
    #[state(rollback = entries)]
    packed: u8,
    #[state(flag, rollback = entries)]
    entry: bool,
    #[state(flag, rollback = entries)]
    logs: bool,
}

#[derive(KeyedState)]
#[state(key = u8, domains(unused))]
struct Seen {
    #[state(flag, rollback = never)]
    seen: bool,
}

fn main() {
    with_phase(|phase| {
        let key = SlotKey { address: [1; 20], slot: [2; 32] };
        let mut slots = SlotStates::with_capacity_in(4, *phase);
        let kept = slots.transaction(|slots| {
            let mut slot = slots.entry(key, || (1, 2));
            slot.mark_type();
            slot.replace_count(3);
            slot.replace_write(Write { value: [7; 4], paid: 1 });
            slots.frame(|slots| {
                slots.entry(key, || (0, 0)).take_write();
                Err::<(), _>(4)
            })
        });
        assert_eq!(kept, Err(4));
        let slot = slots.entry(key, || (0, 0));
        assert_eq!((slot.r#type(), slot.initial(), slot.count()), (true, (1, 2), 0));
        assert!(slot.write().is_none());
        assert_eq!(NothingStates::new_in(*phase).entry(1).number(), 0);
        let mut names = TStates::new_in(*phase);
        let mut entry = names.entry(1, || 2);
        assert!(entry.mark_entry() && entry.mark_logs() && entry.replace_packed(3) == 0);
        assert_eq!((entry.key(), entry.replace_value(4)), (2, None));
        assert!(SeenStates::new_in(*phase).entry(1).mark_seen());
    });
}
