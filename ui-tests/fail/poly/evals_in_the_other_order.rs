use zkarena::{BitReversed, Evals, Poly, zk_phase};

fn fold(_: &mut Poly<'_, u32, Evals<BitReversed>>) {}

#[zk_phase]
fn prove() {
    let mut evals: Poly<'_, u32, Evals> = phase.vec_from(&[1]).into();
    fold(&mut evals);
}

fn main() {
    prove();
}
