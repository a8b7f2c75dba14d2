use std::sync::Mutex;
use zkarena::{PVec, zk_phase};

static LAST: Mutex<Option<PVec<'static, u32>>> = Mutex::new(None);

#[zk_phase]
fn commit() {
    *LAST.lock().unwrap() = Some(phase.vec_from(&[1]));
}

fn main() {
    commit();
}
