use zkarena::{KeyedState, zk_phase};

#[derive(KeyedState)]
#[state(key = u32, domains(frame < run))]
struct Slot {
    #[state(flag, rollback = run)]
    read: bool,
    #[state(rollback = frame)]
    write: Option<u64>,
}

#[zk_phase]
fn returned() -> SlotEntry<'static, 'static> {
    let mut slots = SlotStates::new_in(phase);
    slots.entry(1)
}

#[zk_phase]
fn kept<'a>(entries: &mut Vec<SlotEntry<'a, 'a>>) {
    let mut slots = SlotStates::new_in(phase);
    entries.push(slots.entry(1));
}

fn main() {
    returned().mark_read();
    kept(&mut Vec::new());
}
