use zkarena::{Secret, witness};

#[witness]
#[repr(C, packed)]
struct Blinding(Secret<u64>);

#[witness]
#[cfg_attr(all(), repr(packed))]
struct Hidden(Secret<u64>);

fn main() {}
