use zkarena::{Secret, witness};

#[witness]
pub struct Blinding(Secret<u64>);

impl Copy for Blinding {}

fn main() {}
