use zkarena::{scope, zk_phase};

#[zk_phase]
fn prove(rows: usize) -> usize {
    scope!(tmp in phase, plan = rows => { tmp.vec_from(&[rows])[0] })
}

fn main() {
    prove(1);
}
