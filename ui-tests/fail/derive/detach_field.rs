use zkarena::{AllocError, ArenaAlloc, Detach, Footprint, Home, PVec};

pub struct Secret;

impl ArenaAlloc for Secret {
    type In<'to> = Self;

    fn footprint(&self) -> Footprint {
        Footprint::default()
    }

    fn try_copy_to<'to>(&self, _: Home<'to>) -> Result<Self, AllocError> {
        Ok(Self)
    }

    fn try_move_to<'to>(self, _: Home<'to>) -> Result<Self, AllocError> {
        Ok(self)
    }
}

#[derive(ArenaAlloc, Detach)]
pub struct Columns<'ph, F> {
    values: PVec<'ph, F>,
    nested: Vec<Secret>,
}

fn main() {}
