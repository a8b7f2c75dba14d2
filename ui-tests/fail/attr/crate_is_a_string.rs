use zkarena::zk_phase;

#[zk_phase(crate = "zkarena")]
fn prove() {}

fn main() {
    prove();
}
