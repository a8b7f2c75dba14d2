use zkarena::{scope, zk_phase};

#[zk_phase]
fn prove() -> u32 {
    scope!(tmp in phase => { tmp.vec_from(&[1]).into_iter() }).sum()
}

fn main() {
    prove();
}
