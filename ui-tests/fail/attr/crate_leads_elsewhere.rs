use zkarena::zk_phase;

#[zk_phase(crate = ::std::fmt)]
fn prove() {}

fn main() {
    prove();
}
