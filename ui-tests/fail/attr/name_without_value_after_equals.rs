use zkarena::zk_phase;

#[zk_phase(name =)]
fn prove() {}

fn main() {
    prove();
}
