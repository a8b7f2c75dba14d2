use zkarena::zk_phase;

#[zk_phase(static)]
fn prove() {}

#[zk_phase(_)]
fn verify() {}

fn main() {
    prove();
    verify();
}
