use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    phase.vec_zeroed::<String>(1);
}

fn main() {
    prove();
}
