use zkarena::zk_phase;

#[zk_phase(lowmem)]
fn prove() {}

fn main() {
    prove();
}
