use zkarena::{Secret, witness};

#[witness]
#[derive(Debug)]
struct Blinding(Secret<u64>);

fn main() {}
