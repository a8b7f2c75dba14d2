use zkarena::{Secret, witness};

#[witness(wipe)]
struct Blinding(Secret<u64>);

#[witness(crate)]
struct Other(Secret<u64>);

fn main() {}
