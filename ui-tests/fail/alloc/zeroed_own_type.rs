use zkarena::zk_phase;

#[derive(Clone, Copy)]
struct Felt(u64);

#[zk_phase]
fn prove() -> u64 {
    let powers: &mut [Felt] = phase.zeroed(4);
    powers[0].0
}

fn main() {
    prove();
}
