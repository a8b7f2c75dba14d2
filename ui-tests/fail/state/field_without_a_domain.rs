use zkarena::KeyedState;

#[derive(KeyedState)]
#[state(key = u32, domains(frame < run))]
struct Slot {
    #[state(flag)]
    read: bool,
    write: Option<u64>,
}

fn main() {}
