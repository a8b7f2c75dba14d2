use zkarena::{scope, zk_phase};

#[zk_phase]
fn prove() {
    phase.vec::<u32>();
    scope!(tmp in phase => tmp.vec::<u32>());
}

fn main() {
    prove();
}
