use zkarena::zk_phase;

#[zk_phase(name = 7)]
fn prove() {}

fn main() {
    prove();
}
