use zkarena::{scope, zk_phase};

#[zk_phase]
fn prove() {
    phase.vec::<u32>();
    scope!(tmp in phase => { 1 }, plan = zkarena::Plan::new());
}

fn main() {
    prove();
}
