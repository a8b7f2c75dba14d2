use std::fmt::Debug;
use zkarena::zk_phase;

#[zk_phase]
fn prove() -> Box<dyn Debug> {
    Box::new(phase.vec_from(&[1]))
}

fn main() {
    prove();
}
