use zkarena::zk_phase;

#[zk_phase(reserve(events: u8 = 1, events <= 2))]
fn names() -> usize {
    events.len()
}

#[zk_phase(reserve(events: u8 = 1), reserve(refunds: u8 = 2))]
fn clauses() -> usize {
    events.len()
}

fn main() {
    names();
    clauses();
}
