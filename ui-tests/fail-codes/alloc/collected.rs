use zkarena::{PVec, zk_phase};

#[zk_phase]
fn prove() {
    let rows: PVec<'_, u32> = phase.vec_from(&[1]).iter().map(|row| row + 1).collect();
    drop(rows);
}

fn main() {
    prove();
}
