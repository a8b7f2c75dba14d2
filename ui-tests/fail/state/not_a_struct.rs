use zkarena::KeyedState;

#[derive(KeyedState)]
#[state(key = u32)]
enum Read {
    Yes,
}

#[derive(KeyedState)]
#[state(key = u32)]
union Word {
    value: u64,
}

#[derive(KeyedState)]
#[state(key = u32)]
struct Pair(u32, u32);

#[derive(KeyedState)]
#[state(key = u32)]
struct Slot<T> {
    #[state(rollback = never)]
    value: T,
}

#[derive(KeyedState)]
struct Keyless {
    #[state(rollback = never)]
    value: u64,
}

fn main() {}
