use zkarena::{PVec, Secret, lowmem, witness};

#[lowmem]
#[witness]
struct Assignment<'ph>(PVec<'ph, u64, Secret>);

fn main() {}
