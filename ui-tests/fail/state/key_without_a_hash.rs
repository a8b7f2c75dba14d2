use zkarena::KeyedState;

#[derive(Clone, Copy, PartialEq, Eq)]
struct SlotKey(u32);

#[derive(KeyedState)]
#[state(key = SlotKey, domains(frame))]
struct Slot {
    #[state(rollback = frame)]
    write: Option<u64>,
}

fn main() {}
