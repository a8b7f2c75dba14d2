use zkarena::{PVec, zk_phase};

#[zk_phase]
fn prove() {
    let rows: PVec<'_, u32> = vec![1, 2];
    drop(rows);
}

fn main() {
    prove();
}
