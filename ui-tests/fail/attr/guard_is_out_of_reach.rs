use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    drop(__zkarena_phase);
}

fn main() {
    prove();
}
