use zkarena::zk_phase;

#[zk_phase(crate = renamed)]
fn prove() {}

fn main() {
    prove();
}
