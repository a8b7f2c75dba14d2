use zkarena::zk_phase;

#[zk_phase(reserve(events = rows, refunds: u8 <= "512MiB"))]
fn prove(rows: u32) -> usize {
    events.push(1u8);
    refunds.len()
}

fn main() {
    prove(1);
}
