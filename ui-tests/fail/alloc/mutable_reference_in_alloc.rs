use zkarena::zk_phase;

#[zk_phase]
fn prove(rows: &mut [u32]) {
    phase.alloc(rows);
}

fn main() {
    prove(&mut []);
}
