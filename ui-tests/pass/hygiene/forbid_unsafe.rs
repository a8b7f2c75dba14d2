#![forbid(unsafe_code)]
use zkarena::zk_phase;

#[zk_phase]
fn prove() -> usize {
    zkarena::scope!(tmp in phase => { tmp.vec_from(&[1]).len() })
}

fn main() {
    assert_eq!(prove(), 1);
}
