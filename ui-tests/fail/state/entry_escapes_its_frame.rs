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
        let mut kept = None;
        let done: Result<(), ()> = slots.frame(|slots| {
            kept = Some(slots.entry(1));
            Ok(())
        });
        assert_eq!(done, Ok(()));
        drop(kept);
    });
}
