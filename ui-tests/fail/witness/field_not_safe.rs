use zkarena::{PVec, Secret, witness};

#[witness]
struct Assignment<'ph, F> {
    values: PVec<'ph, F, Secret>,
    name: String,
    heap: Vec<Secret<F>>,
    public_vec: PVec<'ph, F>,
    nested: Option<[u64; 2]>,
}

#[witness]
enum Choice {
    Left(u64),
    Right { key: Secret<u64>, bit: bool },
}

fn main() {}
