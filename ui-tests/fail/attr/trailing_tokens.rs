use zkarena::zk_phase;

#[zk_phase(name = "commit"; 5)]
fn prove() {}

fn main() {
    prove();
}
