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
    let kept = with_phase(|phase| {
        let mut slots = SlotStates::new_in(*phase);
        slots.entry(1).mark_read();
        slots
    });
    drop(kept);
}
