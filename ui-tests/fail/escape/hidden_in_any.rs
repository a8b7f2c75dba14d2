use std::any::Any;
use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    let hidden: Box<dyn Any> = Box::new(phase.vec_from(&[1]));
    drop(hidden);
}

fn main() {
    prove();
}
