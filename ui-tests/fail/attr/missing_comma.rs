use zkarena::zk_phase;

#[zk_phase(name = "commit" crate = ::zkarena)]
fn prove() {}

fn main() {
    prove();
}
