use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    phase.pin(1);
}

fn main() {
    prove();
}
