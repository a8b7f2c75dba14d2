#![deny(unused_must_use)]

use zkarena::{Home, KeyedState};

#[derive(KeyedState)]
#[state(key = u32, domains(frame < run))]
struct Slot {
    #[state(flag, rollback = run)]
    read: bool,
    #[state(rollback = frame)]
    write: Option<u64>,
}

fn main() {
    let mut slots = SlotStates::new_in(Home::Heap);
    slots.checkpoint::<SlotFrame>();
    slots.entry(1).mark_read();
}
