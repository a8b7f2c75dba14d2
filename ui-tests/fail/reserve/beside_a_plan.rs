use zkarena::zk_phase;

#[zk_phase(plan = zkarena::Plan::new(), reserve(events = 3))]
fn prove() {
    events.push(1u8);
}

fn main() {
    prove();
}
