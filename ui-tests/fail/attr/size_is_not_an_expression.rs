use zkarena::zk_phase;

#[zk_phase(reserve = struct)]
fn prove() {
    phase.vec::<u32>();
}

fn main() {
    prove();
}
