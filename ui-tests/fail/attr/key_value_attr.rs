use zkarena::zk_phase;

// Rustc's own error comes first.
#[zk_phase = "commit"]
fn prove() {}

fn main() {
    prove();
}
