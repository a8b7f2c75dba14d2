use zkarena::zk_phase;

#[zk_phase(reserve(events = 1))]
fn prove() {
    events.push(1u8);
    events.reserve(1);
    events.resize(2, 0);
}

fn main() {
    prove();
}
