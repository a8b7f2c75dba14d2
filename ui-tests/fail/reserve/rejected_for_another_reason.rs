use zkarena::zk_phase;

#[zk_phase(reserve(events = 1, refunds: u32 <= 2))]
async fn prove() -> usize {
    events.push(1u8);
    refunds.push(7);
    events.len() + phase.vec_from(&refunds).len()
}

fn main() {
    _ = prove();
}
