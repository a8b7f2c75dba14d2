use zkarena::zk_phase;

#[zk_phase(name = "commit", name = "open")]
fn prove() {}

fn main() {
    prove();
}
