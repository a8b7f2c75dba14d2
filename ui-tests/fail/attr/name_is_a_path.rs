use zkarena::zk_phase;

#[zk_phase(name = names::COMMIT)]
fn prove() {}

fn main() {
    prove();
}
