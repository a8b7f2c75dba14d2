use zkarena::{PVec, Secret, witness};

#[witness]
#[zkarena::lowmem]
struct Assignment<'ph>(PVec<'ph, u64, Secret>);

fn main() {}
