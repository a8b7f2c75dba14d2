use zkarena::{phase, zk_phase};

#[zk_phase]
fn prove() -> Vec<u32> {
    phase("trace", || vec![1])
}

fn main() {
    prove();
    phase("prove", || ());
}
