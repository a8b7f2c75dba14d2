use zkarena::zk_phase;

#[zk_phase]
#[zkarena::zk_phase]
#[::zkarena::zk_phase()]
fn prove() {}

fn main() {
    prove();
}
