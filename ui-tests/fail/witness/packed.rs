use zkarena::{Secret, witness};

#[witness]
#[repr(C, packed)]
struct Blinding(Secret<u64>);

fn main() {}
