use zkarena::zk_phase;

#[zk_phase(crate)]
fn prove() {}

fn main() {
    prove();
}
