use zkarena::{Secret, witness};

#[witness]
#[zkarena::witness]
struct Blinding(Secret<u64>);

fn main() {}
