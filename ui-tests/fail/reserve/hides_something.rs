use zkarena::{Phase, zk_phase};

#[zk_phase(reserve(rows = rows.len()))]
fn parameter(rows: &[u8]) -> usize {
    rows.len()
}

#[zk_phase(reserve(phase: u8 = 1))]
fn handle() -> usize {
    phase.vec_from(&[1u8]).len()
}

#[zk_phase(tmp in out, reserve(tmp: u8 = 1, out <= 2))]
fn both(out: Phase<'_>) -> usize {
    out.vec_from(&[1u8]).len()
}

fn main() {
    parameter(&[]);
    handle();
    zkarena::with_phase(|phase| both(*phase));
}
