use zkarena::{PVec, Secret, lowmem, witness};

#[witness]
#[lowmem]
struct Assignment<'ph>(PVec<'ph, u64, Secret>);

fn main() {}
