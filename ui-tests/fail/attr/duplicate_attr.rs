use zkarena::zk_phase;

#[zk_phase]
#[inline]
#[zk_phase(name = "commit")]
fn prove() {}

fn main() {
    prove();
}
