use zkarena::zk_phase;

#[zk_phase(reserve(events: u8 = phase.vec_from(&[1]).len(), refunds: u8 <= events.bound()))]
fn prove() -> usize {
    events.len() + refunds.len()
}

fn main() {
    prove();
}
