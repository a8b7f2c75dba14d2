use zkarena::zk_phase;

#[zk_phase(name = concat!("fri", "::fold"))]
fn prove() {}

fn main() {
    prove();
}
