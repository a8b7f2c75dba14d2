use std::rc::Rc;
use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    let rows = phase.vec_from(&[Rc::new(1)]).into_iter();
    std::thread::scope(|threads| {
        threads.spawn(move || rows.count());
    });
}

fn main() {
    prove();
}
