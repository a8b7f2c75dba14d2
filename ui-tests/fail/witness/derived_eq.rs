use zkarena::{Secret, witness};

#[witness]
#[derive(PartialEq)]
struct Blinding(Secret<u64>);

fn main() {}
