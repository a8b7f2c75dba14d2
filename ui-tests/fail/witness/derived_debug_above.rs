use zkarena::{Secret, witness};

#[derive(Debug)]
#[witness]
struct Blinding(Secret<u64>);

fn main() {}
