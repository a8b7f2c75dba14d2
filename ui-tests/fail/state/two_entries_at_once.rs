use zkarena::{KeyedState, with_phase};

#[derive(KeyedState)]
#[state(key = u32, domains(frame < run))]
struct Slot {
    #[state(flag, rollback = run)]
    read: bool,
    #[state(rollback = frame)]
    write: Option<u64>,
}

fn main() {
    with_phase(|phase| {
        let mut slots = SlotStates::new_in(*phase);
        let mut from = slots.entry(1);
        let mut to = slots.entry(2);
        to.replace_write(from.take_write().unwrap_or(0));
    });
}
