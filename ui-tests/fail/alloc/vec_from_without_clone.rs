use zkarena::zk_phase;

struct Felt(u64);

#[zk_phase]
fn prove() -> u64 {
    phase.vec_from(&[Felt(1)])[0].0
}

fn main() {
    prove();
}
