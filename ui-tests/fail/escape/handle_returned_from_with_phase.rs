use zkarena::with_phase;

fn main() {
    let kept = with_phase(|phase| *phase);
    kept.zeroed::<u8>(1);
}
