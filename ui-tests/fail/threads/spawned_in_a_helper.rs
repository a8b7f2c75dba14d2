use zkarena::{Phase, zk_phase};

fn prefetch(phase: Phase<'_>) {
    std::thread::spawn(move || phase.zeroed::<u8>(1).len());
}

#[zk_phase]
fn prove() {
    prefetch(phase);
}

fn main() {
    prove();
}
