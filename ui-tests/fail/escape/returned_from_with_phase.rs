use zkarena::with_phase;

fn main() {
    let rows = with_phase(|phase| phase.zeroed::<u8>(1));
    drop(rows);
}
