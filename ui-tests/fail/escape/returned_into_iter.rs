use zkarena::{IntoIter, zk_phase};

#[zk_phase]
fn rows() -> IntoIter<'static, u32> {
    phase.vec_from(&[1]).into_iter()
}

fn main() {
    rows();
}
