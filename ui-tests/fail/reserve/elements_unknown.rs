use zkarena::zk_phase;

#[zk_phase(reserve(events <= rows / 3))]
fn prove(rows: usize) -> bool {
    events.is_empty()
}

fn main() {
    prove(1);
}
