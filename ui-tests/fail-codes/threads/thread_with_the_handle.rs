use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    std::thread::spawn(move || phase.zeroed::<u8>(1).len());
}

fn main() {
    prove();
}
