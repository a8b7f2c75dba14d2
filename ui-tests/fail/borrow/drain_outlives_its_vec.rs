use zkarena::zk_phase;

#[zk_phase]
fn prove() -> Option<u32> {
    let mut drained = {
        let mut rows = phase.vec_from(&[1]);
        rows.drain(..)
    };
    drained.next()
}

fn main() {
    prove();
}
