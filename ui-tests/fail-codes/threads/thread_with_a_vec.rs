use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    let rows = phase.vec_from(&[1]);
    std::thread::spawn(move || rows.len()).join().unwrap();
}

fn main() {
    prove();
}
