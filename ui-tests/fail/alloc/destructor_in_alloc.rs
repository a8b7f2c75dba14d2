use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    phase.alloc(String::from("fold"));
}

fn main() {
    prove();
}
