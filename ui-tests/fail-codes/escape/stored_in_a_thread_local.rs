use std::cell::RefCell;
use zkarena::zk_phase;

thread_local! {
    static LAST: RefCell<Option<&'static [u32]>> = const { RefCell::new(None) };
}

#[zk_phase]
fn commit() {
    let rows: &[u32] = phase.zeroed(1);
    LAST.with(|last| *last.borrow_mut() = Some(rows));
}

fn main() {
    commit();
}
