use zkarena::{Secret, witness};

struct Blinding {
    #[witness]
    key: Secret<u64>,
}

fn main() {}
