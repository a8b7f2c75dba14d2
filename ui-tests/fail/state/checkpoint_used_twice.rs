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
    let frame = slots.checkpoint::<SlotFrame>();
    slots.rollback(frame).expect("open");
    slots.rollback(frame).expect("open");
}
