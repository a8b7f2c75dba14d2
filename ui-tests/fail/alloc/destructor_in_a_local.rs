use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    phase.local().alloc(phase.vec::<u32>());
}

fn main() {
    prove();
}
