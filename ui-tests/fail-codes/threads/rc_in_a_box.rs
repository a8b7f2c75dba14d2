use std::rc::Rc;
use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    let table = phase.boxed(Rc::new(1));
    rayon::join(move || drop(table), || ());
}

fn main() {
    prove();
}
