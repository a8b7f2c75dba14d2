use zkarena::{Home, KeyedState};

#[derive(KeyedState)]
#[state(key = u32, domains(frame < run))]
struct Slot {
    #[state(flag, rollback = run)]
    read: bool,
    #[state(rollback = frame)]
    write: Option<u64>,
}

#[derive(KeyedState)]
#[state(key = u32, domains(frame))]
struct Code {
    #[state(flag, rollback = frame)]
    paid: bool,
}

fn main() {
    let mut slots = SlotStates::new_in(Home::Heap);
    let mut codes = CodeStates::new_in(Home::Heap);
    let frame = codes.checkpoint::<CodeFrame>();
    slots.commit(frame).expect("open");
}
