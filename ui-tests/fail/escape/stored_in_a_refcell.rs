use std::cell::RefCell;
use zkarena::{PVec, zk_phase};

#[zk_phase]
fn commit<'a>(layers: &RefCell<Vec<PVec<'a, u32>>>) {
    layers.borrow_mut().push(phase.vec_from(&[1]));
}

fn main() {
    commit(&RefCell::new(vec![]));
}
