use zkarena::KeyedState;

#[derive(KeyedState)]
#[state(key = u32, domains(frame < run))]
struct Slot {
    #[state(flag, rollback = rum)]
    read: bool,
    #[state(rollback = 1)]
    write: Option<u64>,
}

fn main() {}
