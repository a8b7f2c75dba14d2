use zkarena::zk_phase;

#[zk_phase(try = true)]
fn prove() {
    phase.vec::<u32>();
}

fn main() {
    prove();
}
