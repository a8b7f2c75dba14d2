use zkarena::{scope, zk_phase};

#[zk_phase]
fn prove(rows: usize) -> usize {
    let _ = phase;
    scope!(tmp in phase, reserve = rows => { tmp.vec_from(&[rows])[0] });
    scope!("fold", tmp in phase, plan => { tmp.vec_from(&[rows])[0] });
    1
}

fn main() {
    prove(1);
}
