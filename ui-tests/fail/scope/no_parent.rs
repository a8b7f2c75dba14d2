use zkarena::{scope, zk_phase};

#[zk_phase]
fn prove() {
    phase.vec::<u32>();
    scope!(tmp in => { 1 });
}

fn main() {
    prove();
}
