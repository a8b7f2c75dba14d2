use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    phase.zeroed::<&u8>(1);
}

fn main() {
    prove();
}
