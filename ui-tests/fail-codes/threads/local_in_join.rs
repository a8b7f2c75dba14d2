use zkarena::zk_phase;

#[zk_phase]
fn prove() {
    let local = phase.local();
    rayon::join(|| local.zeroed::<u8>(1).len(), || ());
}

fn main() {
    prove();
}
