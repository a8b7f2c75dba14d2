use zkarena::{ArenaAlloc, Coeffs, FilePoly, PVec, Poly, Stored};

#[derive(ArenaAlloc)]
pub struct NotInAFile<'ph> {
    #[arena(lowmem)]
    values: PVec<'ph, u64>,
    #[arena(lowmem)]
    coeffs: Poly<'ph, u64, Coeffs>,
    #[arena(lowmem)]
    names: Vec<u8>,
}

#[derive(ArenaAlloc)]
#[arena(new(rows))]
pub struct Options<'ph> {
    #[arena(lowmem, len = rows, reserve = rows)]
    grows: Stored<u64>,
    #[arena(lowmem, len = rows, align = 64)]
    aligned: FilePoly<u64, Coeffs>,
    #[arena(lowmem, scratch)]
    scratch: Stored<u64>,
    #[arena(lowmem, skip)]
    skipped: Stored<u64>,
    values: PVec<'ph, u64>,
}

fn main() {}
