use zkarena::zk_phase;

#[zk_phase(try)]
fn prove() -> u32 {
    phase.vec::<u32>();
    1
}

fn main() {
    prove();
}
