use zkarena::KeyedState;

#[derive(KeyedState)]
#[state(key = u32, domains(frame))]
struct Account {
    #[state(rollback = frame)]
    code: Option<Vec<u8>>,
}

fn main() {}
