use zkarena::{Phase, zk_phase};

fn cache(_: Phase<'static>) {}

#[zk_phase]
fn prove() {
    cache(phase);
}

fn main() {
    prove();
}
