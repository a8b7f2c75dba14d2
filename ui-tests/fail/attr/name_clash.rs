use zkarena::zk_phase;

#[zk_phase]
fn prove(phase: u32) -> u32 {
    phase
}

#[zk_phase(out in out)]
fn fold(out: zkarena::Phase<'_>) -> usize {
    out.vec::<u32>().len()
}

#[zk_phase]
fn verify((rows, phase): (u32, u32)) -> u32 {
    rows + phase
}

fn main() {
    prove(1);
    let _ = fold;
    verify((1, 2));
}
