use zkarena::KeyedState;

#[derive(KeyedState)]
#[state(key = u32, domains(frame < never < frame))]
struct Slot {
    #[state(init, rollback = frame)]
    initial: u64,
}

fn main() {}
