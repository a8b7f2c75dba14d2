use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    phase.slice_with(4, |row| vec![row]);
}

fn main() {
    prove();
}
