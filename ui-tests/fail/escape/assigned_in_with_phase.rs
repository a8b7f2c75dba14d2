use zkarena::with_phase;

fn main() {
    let mut rows = None;
    with_phase(|phase| rows = Some(phase.zeroed::<u8>(1)));
    drop(rows);
}
