use zkarena::zk_phase;

#[zk_phase]
fn rows() -> impl Iterator<Item = u32> {
    phase.vec_from(&[1]).into_iter()
}

fn main() {
    rows();
}
