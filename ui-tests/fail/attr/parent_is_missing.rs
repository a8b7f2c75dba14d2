use zkarena::zk_phase;

#[zk_phase(tmp in)]
fn prove() {
    tmp.vec::<u32>();
}

fn main() {
    prove();
}
