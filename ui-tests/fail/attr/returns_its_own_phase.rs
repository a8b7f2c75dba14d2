use zkarena::{PVec, zk_phase};

#[zk_phase]
fn extend<'ph>(rows: usize) -> PVec<'ph, u32> {
    phase.vec_with(rows)
}

#[zk_phase(tmp, try)]
fn fold<'a, 'ph>(rows: &'a [u32]) -> Result<(&'a [u32], PVec<'ph, u32>), zkarena::AllocError> {
    Ok((rows, tmp.vec_with(rows.len())))
}

fn main() {
    extend(1);
    let _ = fold(&[1]);
}
