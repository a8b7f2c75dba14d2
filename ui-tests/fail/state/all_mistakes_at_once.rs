use zkarena::KeyedState;

#[derive(KeyedState)]
#[state(key = 1, domains(frame > run), size = 4)]
struct Slot {
    #[state]
    read: bool,
    #[state(flag, rollback = never)]
    count: u32,
    #[state(flag, init, rollback = never)]
    warm: bool,
    #[state(init, rollback = never)]
    initial: u64,
    #[state(init, rollback = never)]
    further: u64,
}

fn main() {}
