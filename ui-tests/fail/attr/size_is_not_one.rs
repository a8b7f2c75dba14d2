use zkarena::zk_phase;

#[zk_phase(reserve = "12 parsecs")]
fn prove() {
    phase.vec::<u32>();
}

#[zk_phase(budget = "")]
fn verify() {}

#[zk_phase(budget = "99999999TiB")]
fn open() {}

fn main() {
    prove();
    verify();
    open();
}
