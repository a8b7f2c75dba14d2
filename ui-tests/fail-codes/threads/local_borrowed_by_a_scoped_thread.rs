use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    let local = &phase.local();
    std::thread::scope(|threads| {
        threads.spawn(move || local.zeroed::<u8>(1).len());
    });
}

fn main() {
    prove();
}
