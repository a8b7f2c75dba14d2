use zkarena::{Reserved, zk_phase};

#[zk_phase(reserve(events = 1))]
fn prove() -> Reserved<'static, u8> {
    events
}

#[zk_phase(reserve(events = 1))]
fn seen() -> &'static [u8] {
    events.push(1);
    &events
}

fn main() {
    prove();
    seen();
}
