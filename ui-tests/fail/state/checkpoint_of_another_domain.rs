#![deny(unused_must_use)]

use zkarena::{Checkpoint, Home, KeyedState};

#[derive(KeyedState)]
#[state(key = u32, domains(frame < run))]
struct Slot {
    #[state(flag, rollback = run)]
    read: bool,
    #[state(rollback = frame)]
    write: Option<u64>,
}

fn call(slots: &mut SlotStates<'_>, undo: Checkpoint<SlotFrame>) {
    slots.rollback(undo);
}

fn main() {
    let mut slots = SlotStates::new_in(Home::Heap);
    let run = slots.checkpoint::<SlotRun>();
    call(&mut slots, run);
}
