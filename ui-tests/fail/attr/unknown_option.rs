use zkarena::zk_phase;

#[zk_phase(nmae = "commit")]
fn prove() {}

fn main() {
    prove();
}
