use zkarena::zk_phase;

#[zk_phase("commit")]
fn prove() {}

fn main() {
    prove();
}
