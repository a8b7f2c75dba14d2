use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    std::panic::panic_any(phase.vec_from(&[1]));
}

fn main() {
    prove();
}
