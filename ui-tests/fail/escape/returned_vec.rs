use zkarena::{PVec, zk_phase};

#[zk_phase]
fn extend(rows: usize) -> PVec<'static, u32> {
    let mut extended = phase.vec_with(rows);
    extended.push(7);
    extended
}

fn main() {
    extend(1);
}
