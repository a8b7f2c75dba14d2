use zkarena::zk_phase;

#[zk_phase(reserve = rows, budget = true)]
fn prove(rows: u64) -> u64 {
    rows
}

fn main() {
    prove(1);
}
