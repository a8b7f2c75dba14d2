use std::cell::Cell;
use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    let count = &*phase.boxed(Cell::new(1));
    std::thread::scope(|threads| {
        threads.spawn(|| count.set(2));
    });
}

fn main() {
    prove();
}
