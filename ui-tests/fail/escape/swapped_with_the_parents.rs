use zkarena::{scope, zk_phase};

#[zk_phase]
fn prove() {
    let mut kept = phase.vec_from(&[1]);
    scope!(tmp in phase => {
        let mut folded = tmp.vec_from(&[2]);
        std::mem::swap(&mut kept, &mut folded);
    });
    drop(kept);
}

fn main() {
    prove();
}
