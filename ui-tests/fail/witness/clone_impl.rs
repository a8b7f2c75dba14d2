use zkarena::{PVec, Secret, witness};

#[witness]
pub struct Assignment<'ph, F> {
    values: PVec<'ph, F, Secret>,
}

impl<'ph> Clone for Assignment<'ph, u64> {
    fn clone(&self) -> Self {
        todo!()
    }
}

fn main() {}
