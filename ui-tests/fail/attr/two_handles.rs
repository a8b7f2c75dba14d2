use zkarena::zk_phase;

#[zk_phase(tmp, scratch)]
fn prove() {
    tmp.vec::<u32>();
}

fn main() {
    prove();
}
