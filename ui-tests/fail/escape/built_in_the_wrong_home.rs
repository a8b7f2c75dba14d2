use zkarena::{AllocError, Build, PVec, zk_phase};

#[zk_phase]
fn powers(rows: usize) -> Result<PVec<'static, usize>, AllocError> {
    PVec::filled(phase.into(), rows, rows, 64, |row| row)
}

fn main() {
    let _ = powers(1);
}
